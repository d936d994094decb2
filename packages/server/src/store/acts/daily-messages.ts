import type { ActContext } from './context.ts'

/** Takes one of the day's messages. @param day days since the Unix epoch @returns how many are used now, or undefined when none was left */
export async function takeDailyMessage(
  { db }: ActContext,
  userId: string,
  of: { day: number; limit: number },
): Promise<number | undefined> {
  if (of.limit < 1) return undefined
  const row = await db
    .insertInto('daily_message')
    .values({ user_id: userId, day: of.day, used: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'day'])
        .doUpdateSet((now) => ({ used: now('daily_message.used', '+', 1n) }))
        .where('daily_message.used', '<', BigInt(of.limit)),
    )
    .returning('used')
    .executeTakeFirst()
  return row && Number(row.used)
}

/** Gives one back that came to nothing. @param day days since the Unix epoch */
export async function returnDailyMessage({ db }: ActContext, userId: string, day: number): Promise<void> {
  await db
    .updateTable('daily_message')
    .set((row) => ({ used: row('used', '-', 1n) }))
    .where('user_id', '=', userId)
    .where('day', '=', BigInt(day))
    .where('used', '>', 0n)
    .execute()
}

export async function dailyMessages({ db }: ActContext, userId: string, day: number): Promise<number> {
  const row = await db
    .selectFrom('daily_message')
    .select('used')
    .where('user_id', '=', userId)
    .where('day', '=', BigInt(day))
    .executeTakeFirst()
  return row ? Number(row.used) : 0
}
