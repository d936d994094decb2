import { type Allowance, type DailyDeps, returnMessage, takeMessage } from '../accounts/daily-limit.ts'
import type { RunEnd } from './run.ts'

/** What the operator pays for: which models, and how many messages of a person's in a day. */
export type HouseTerms = { models: readonly string[]; dailyMessages: number }

/** Messages of the day's that were taken for one request. */
export type TakenMessages = {
  /** Gives all back: nothing was asked. */
  returnAll(): Promise<void>
  /** Gives one back where its answer cost the operator nothing. */
  settle(end: RunEnd): Promise<void>
}

/**
 * Takes one of the day's messages for each answer that the operator pays for, before anything is asked.
 * @throws KeywayError daily_limit_reached, with none taken
 */
export async function takeMessages(
  deps: Omit<DailyDeps, 'limit'> & { terms: HouseTerms },
  userId: string,
  count: number,
): Promise<TakenMessages> {
  const daily: DailyDeps = { store: deps.store, clock: deps.clock, limit: deps.terms.dailyMessages }
  const taken: Allowance[] = []
  async function returnAll(): Promise<void> {
    for (const one of taken.splice(0)) await returnMessage(daily, userId, one)
  }
  try {
    for (let i = 0; i < count; i++) taken.push(await takeMessage(daily, userId))
  } catch (error) {
    await returnAll()
    throw error
  }
  return {
    returnAll,
    async settle(end) {
      const one = taken.pop()
      if (one !== undefined && cameToNothing(end)) await returnMessage(daily, userId, one)
    },
  }
}

/**
 * The limit guards the operator's money and the provider's patience. A failure before a single word is neither's, and would
 * punish a person for an outage; what was stopped has been worked on and counts, or a limit could be talked around.
 */
function cameToNothing({ status, came, settled }: RunEnd): boolean {
  if (settled !== undefined && settled.reach !== 'house') return true
  return status !== 'done' && status !== 'stopped' && came === 'nothing' && (settled?.amount ?? 0n) === 0n
}
