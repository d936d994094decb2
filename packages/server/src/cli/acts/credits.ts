import { z } from 'zod'
import { toUsdNumber } from '../../base/money.ts'
import { defineAct } from './act.ts'
import { usd } from './amount.ts'
import { findUser } from './find-user.ts'

/** Credit for a user; what they have after it. */
export const grantCredit = defineAct({
  name: 'credits.grant',
  args: z.strictObject({
    user: z.string().min(1),
    amount: usd.refine((amount) => amount > 0n, { error: 'expected more than 0' }),
  }),
  result: z.object({
    user: z.string(),
    name: z.string(),
    granted: z.number(),
    total_credits: z.number(),
    total_usage: z.number(),
    balance: z.number(),
    /** Whether calls need credit at all (the setting `prepaid`). */
    prepaid: z.boolean(),
  }),
  async run(house, { user, amount }) {
    const { id, name } = await findUser(house, user)
    await house.store.grantCredit(id, amount, house.actor, house.clock.now())
    const { granted, spent } = await house.store.creditsOf('user', id)
    return {
      user: id,
      name,
      granted: toUsdNumber(amount),
      total_credits: toUsdNumber(granted),
      total_usage: toUsdNumber(spent),
      balance: toUsdNumber(granted - spent),
      prepaid: house.config.prepaid,
    }
  },
})
