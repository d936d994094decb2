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

let pool = Buffer.alloc(0)
let used = 0

/**
 * A generation's id in OpenRouter's form: `gen-<unix seconds>-<20 characters>`.
 * Randomness comes from a pool refilled 4 KiB at a time, since this is made for every call.
 */
export function generationId(nowMs: number): string {
  if (used + 20 > pool.length) {
    pool = randomBytes(4096)
    used = 0
  }
  let text = ''
  // 64 values onto 62 letters would be uneven; these ids need to be unique (over 110 bits), not uniform.
  for (let i = 0; i < 20; i++) text += BASE62[(pool[used + i] as number) % 62]
  used += 20
  return `gen-${Math.floor(nowMs / 1000)}-${text}`
}

/** An id for a row: `user_`, `cred_` and the like, then 24 base62 characters. */
export function rowId(prefix: string): string {
  return `${prefix}_${randomBase62(24)}`
}

export function uuid(): string {
  return randomUUID()
}
