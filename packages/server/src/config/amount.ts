import { z } from 'zod'

/** Nine places, since amounts are kept in nano-dollars. */
const AMOUNT = /^\d{1,9}(\.\d{1,9})?$/

const EXPECTED = 'expected US dollars as a decimal such as "5.00", at most nine places'

/**
 * US dollars as exact decimal text: '5.00'. An unquoted number in YAML is taken by its digits, never through a float.
 * At most nine digits before the point: the ledger's 64-bit columns hold about $9.2 billion.
 */
export const usdSchema = z
  .union([z.string().regex(AMOUNT, { error: EXPECTED }), z.int().min(0).max(999_999_999)], {
    error: EXPECTED,
  })
  .transform(String)
