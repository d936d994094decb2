import { randomBytes, randomUUID } from 'node:crypto'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random base62 characters, each uniform (bytes of 248 and above are thrown away: 248 = 4 x 62). */
export function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length + 8)) {
      if (byte < 248 && text.length < length) text += BASE62[byte % 62]
    }
  }
  return text
}

/** A non-negative integer in base62, zero-padded to `width`. */
export function toBase62(value: number, width: number): string {
  let text = ''
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = BASE62[rest % 62] + text
  return text.padStart(width, '0')
}

/** Random characters of a generation's id: over 89 bits, so that nobody guesses another's. */
const RANDOM_CHARACTERS = 15
/** Ids of one millisecond are told apart by this many, then begin anew; the random part keeps them unique all the same. */
const COUNTS = 62 ** 3

let pool = Buffer.alloc(0)
let used = 0
let count = 0

/**
 * A generation's id in OpenRouter's form: `gen-<unix seconds>-<20 characters>`.
 * Ids rise with time: the 20 begin with the millisecond and a counter, so that the ledger's index grows at its end
 * instead of all over. Randomness comes from a pool refilled 4 KiB at a time, since this is made for every call.
 */
export function generationId(nowMs: number): string {
  if (used + RANDOM_CHARACTERS > pool.length) {
    pool = randomBytes(4096)
    used = 0
  }
  const ms = Math.floor(nowMs)
  count = (count + 1) % COUNTS
  let text = `gen-${Math.floor(ms / 1000)}-${pair(ms % 1000)}${BASE62[Math.floor(count / 3844)]}${pair(count % 3844)}`
  // 64 values onto 62 letters would be uneven; these ids need to be unique, not uniform.
  for (let i = 0; i < RANDOM_CHARACTERS; i++) text += BASE62[(pool[used + i] ?? 0) % 62]
  used += RANDOM_CHARACTERS
  return text
}

/** 0 to 3843 as two letters that sort like the number. */
function pair(value: number): string {
  return `${BASE62[Math.floor(value / 62)]}${BASE62[value % 62]}`
}

/** An id for a row: `user_`, `cred_` and the like, then 24 base62 characters. */
export function rowId(prefix: string): string {
  return `${prefix}_${randomBase62(24)}`
}

export function uuid(): string {
  return randomUUID()
}
