import { createHmac, randomBytes } from 'node:crypto'
import { keyOf, type SecretKeys } from './secret-keys.ts'

/** As many as people are used to: enough for years of lost phones. */
export const RECOVERY_CODES = 10
/** Letters that nobody mistakes for one another, on paper least of all: no 0 and O, no 1, I and L, no U. 2^5 less two. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 30^12 is above 2^58: nobody guesses one, and the MAC's key keeps a copy of the database from being searched. */
const CODE_CHARS = 12
const GROUP_CHARS = 4
/** Bytes from here on would make some letters likelier: 240 = 8 x 30. */
const EVEN_BYTES = 240

/** Ten new codes as people write them: 'K7QM-2XHV-9TRB'. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => grouped(randomLetters(CODE_CHARS)))
}

/** What is stored of a user's code, under the newest key. */
export function recoveryCodeMac(code: string, userId: string, keys: SecretKeys): string {
  const plain = tidyRecoveryCode(code)
  if (plain === undefined) throw new Error('a recovery code was made that is none')
  return macOf(plain, userId, { keys, version: keys.primary })
}

/** What a code that somebody typed could be stored as, under each key there is; none for what can be no code. */
export function possibleMacs(typed: string, userId: string, keys: SecretKeys): string[] {
  const plain = tidyRecoveryCode(typed)
  return plain === undefined ? [] : keys.versions.map((version) => macOf(plain, userId, { keys, version }))
}

/** 'k7qm 2xhv-9trb' -> 'K7QM2XHV9TRB'; undefined for what is none. */
function tidyRecoveryCode(typed: string): string | undefined {
  if (typed.length > 3 * CODE_CHARS) return undefined
  const plain = typed.replace(/[\s-]/g, '').toUpperCase()
  const known = [...plain].every((letter) => LETTERS.includes(letter))
  return plain.length === CODE_CHARS && known ? plain : undefined
}

/** The user is in it, so that a row that was moved to another user fits nothing. */
function macOf(plain: string, userId: string, { keys, version }: { keys: SecretKeys; version: number }): string {
  return createHmac('sha256', keyOf(keys, version)).update(`recovery/${userId}/${plain}`).digest('hex')
}

function randomLetters(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < EVEN_BYTES && text.length < length) text += LETTERS[byte % LETTERS.length]
    }
  }
  return text
}

function grouped(text: string): string {
  return text.match(new RegExp(`.{${GROUP_CHARS}}`, 'g'))?.join('-') ?? text
}
