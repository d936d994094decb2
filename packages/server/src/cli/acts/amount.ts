import { z } from 'zod'
import { type Nano, parseUsd } from '../../base/money.ts'

/** Largest amount that the 64-bit columns of the ledger hold, about; in nano-dollars. */
const USD_MAX = 9_000_000_000n * 1_000_000_000n

/** US dollars as decimal text, never negative: '5.00'. */
export const usd = z.string().transform((text, context): Nano => {
  const amount = /^\d{1,10}(\.\d{1,9})?$/.test(text) ? parseUsd(text) : undefined
  if (amount !== undefined && amount <= USD_MAX) return amount
  context.addIssue({ code: 'custom', message: 'expected US dollars such as 5.00, with at most 9 decimals' })
  return z.NEVER
})

/** A moment in UTC, as text: '2027-01-01T00:00:00Z'. Gives milliseconds since the epoch. */
export const moment = z.iso
  .datetime({ error: 'expected a time in UTC such as 2027-01-01T00:00:00Z' })
  .transform((text) => Date.parse(text))

/** Milliseconds since the epoch, as the wire writes a time. */
export function isoTime(at: number): string {
  return new Date(at).toISOString()
}
