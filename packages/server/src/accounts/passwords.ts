import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { KeywayError } from '../base/errors.ts'
import type { PasswordRecord } from '../store/account-records.ts'
import { PASSWORD_COST } from './password-cost.ts'

/** What Node may take for it, in bytes: 128 x N x r, as much again for its own working, and a little. */
const MEMORY_FACTOR = 256
const MEMORY_BASE = 1024 * 1024
const SALT_BYTES = 16
const HASH_BYTES = 32

const PASSWORD_CHARS_MIN = 10
/** Longer is not stronger, only slower to take in. Characters. */
const PASSWORD_CHARS_MAX = 1024
const LOGIN_CHARS_MAX = 254

/** Checks under way at once: each takes 32 MiB and a core. */
const HASHES_AT_ONCE = 2
/** Checks that may wait; beyond it callers are told to come back. */
const HASHES_WAITING_MAX = 50
const BUSY_RETRY_MS = 2_000

/**
 * The most used passwords that are long enough to pass, from the lists of leaked ones; anything built on the product's
 * name or the person's login is refused beside them.
 */
const COMMON = new Set(
  `1234567890 0123456789 12345678910 0987654321 1234567891 9876543210 1q2w3e4r5t 1q2w3e4r5t6y qwertyuiop qwerty12345
  qwerty1234 qwertyuiop123 asdfghjkl1 asdfghjkl; zxcvbnm123 1qaz2wsx3edc q1w2e3r4t5 password12 password123 password1234
  password1! passw0rd123 p@ssword123 p@ssw0rd123 adminadmin admin12345 administrator changeme123 iloveyou123 welcome123
  letmein123 sunshine123 football123 princess123 abcdefghij abcdefghijkl abc1234567 1122334455 0000000000 1111111111
  correcthorsebatterystaple`.split(/\s+/),
)

/** scrypt's output with what is needed to make it again. */
export type PasswordHash = Pick<PasswordRecord, 'cost' | 'blockSize' | 'parallelism' | 'salt' | 'hash'>

/** Hashes passwords, a few at a time. */
export type PasswordHasher = {
  /** @throws KeywayError `overloaded` */
  hash(password: string): Promise<PasswordHash>
  /** Takes as long where there is nothing to compare with. @throws KeywayError `overloaded` */
  verify(password: string, stored: PasswordHash | undefined): Promise<boolean>
}

/**
 * Length alone is asked for, no kinds of characters, and nothing that everybody tries first.
 * @throws KeywayError `invalid_request`
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html section 3.1.1.2
 */
export function checkPassword(password: string, login: string): void {
  const length = [...password].length
  if (length < PASSWORD_CHARS_MIN || length > PASSWORD_CHARS_MAX) {
    throw refuse(`expected ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters, of any kind`)
  }
  const plain = password.normalize('NFKC').toLowerCase()
  if (COMMON.has(plain)) throw refuse('it is one of those that are tried first')
  if (new Set(plain).size < 4) throw refuse('it repeats a few characters')
  const around = plain.replaceAll(login, '').replaceAll('keyway', '')
  if (around.length < plain.length && [...around].length < 4) throw refuse('it is little more than the name')
}

/**
 * What a person signs in by, as it is kept. ' Ada@Example.com ' -> 'ada@example.com'
 * @throws KeywayError `invalid_request`
 */
export function tidyLogin(login: string): string {
  const tidy = login.normalize('NFKC').trim().toLowerCase()
  if (tidy === '' || tidy.length > LOGIN_CHARS_MAX || /[\s\p{Cc}]/u.test(tidy)) {
    throw new KeywayError(
      'invalid_request',
      `"login" is invalid: expected an e-mail address or a name of 1 to ${LOGIN_CHARS_MAX} characters without spaces.`,
    )
  }
  return tidy
}

/** What guessing a password shall cost. */
export type PasswordCost = Pick<PasswordRecord, 'cost' | 'blockSize' | 'parallelism'>

/** @see {@link PasswordHasher} */
export function createPasswordHasher(price: PasswordCost = PASSWORD_COST): PasswordHasher {
  // Compared with where there is no such user: made once, so that its making does not give the first one away.
  const nobody: PasswordHash = { ...price, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }
  const waiting: (() => void)[] = []
  let running = 0

  async function derive(password: string, of: Omit<PasswordHash, 'hash'>): Promise<Buffer> {
    if (waiting.length >= HASHES_WAITING_MAX) {
      throw new KeywayError('overloaded', 'Too many people are signing in at once.', { retryAfterMs: BUSY_RETRY_MS })
    }
    if (running >= HASHES_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await runScrypt(password, of)
    } finally {
      // The place goes straight to whoever waits longest.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return { ...price, salt, hash: await derive(password, { ...price, salt }) }
    },
    async verify(password, stored) {
      const against = stored ?? nobody
      const derived = await derive(password, against)
      const same = derived.length === against.hash.length && timingSafeEqual(derived, against.hash)
      return same && stored !== undefined
    },
  }
}

function runScrypt(password: string, of: Omit<PasswordHash, 'hash'>): Promise<Buffer> {
  const { cost, blockSize, parallelism, salt } = of
  const options = { N: cost, r: blockSize, p: parallelism, maxmem: MEMORY_BASE + MEMORY_FACTOR * cost * blockSize }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
}

function refuse(problem: string): KeywayError {
  return new KeywayError('invalid_request', `"password" is not good enough: ${problem}.`, {
    fix: 'Four unrelated words make a good one.',
  })
}
