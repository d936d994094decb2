import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { KeywayError } from '../base/errors.ts'
import { randomBase62, toBase62 } from '../base/ids.ts'

export type KeyKind = 'inference' | 'management'

const PREFIXES: Readonly<Record<KeyKind, string>> = { inference: 'kwy_k1_', management: 'kwy_m1_' }
const PREFIX_CHARS = 7
/** 62^43 is just above 2^256. */
const RANDOM_CHARS = 43
/** 62^6 is above 2^32, so six characters hold a CRC32. */
const CHECKSUM_CHARS = 6
const BODY_CHARS = PREFIX_CHARS + RANDOM_CHARS

/** A whole key of ours and nothing else. */
export const TOKEN_PATTERN = /^kwy_[km]1_[0-9A-Za-z]{49}$/

/** For secret scanners: finds our keys inside other text. Confirm a finding with {@link isToken}, which needs no database. */
export const SCANNER_PATTERNS: readonly { id: string; description: string; regex: string; keywords: string[] }[] = [
  {
    id: 'keyway-inference-key',
    description: 'Keyway key that can call models',
    regex: '\\bkwy_k1_[0-9A-Za-z]{49}\\b',
    keywords: ['kwy_k1_'],
  },
  {
    id: 'keyway-management-key',
    description: 'Keyway key that can make and change keys',
    regex: '\\bkwy_m1_[0-9A-Za-z]{49}\\b',
    keywords: ['kwy_m1_'],
  },
]

/** A new random key: `kwy_k1_` or `kwy_m1_`, 43 random characters, 6 of checksum. */
export function makeToken(kind: KeyKind): string {
  const body = PREFIXES[kind] + randomBase62(RANDOM_CHARS)
  return body + checksum(body)
}

/** Whether the text is a key of ours, typed without an error. Says nothing of whether it was ever issued. */
export function isToken(text: string): boolean {
  return TOKEN_PATTERN.test(text) && text.endsWith(checksum(text.slice(0, BODY_CHARS)))
}

/**
 * Refuses what cannot be a key of ours, without a look into the database.
 * @throws KeywayError `key_malformed`; says what is wrong, never a part of the key
 */
export function checkToken(text: string): void {
  if (!text.startsWith('kwy_')) throw malformed('it does not begin with "kwy_": this is another service\u2019s key')
  const expected = BODY_CHARS + CHECKSUM_CHARS
  if (text.length !== expected) throw malformed(`it has ${text.length} characters, expected ${expected}`)
  if (!TOKEN_PATTERN.test(text)) throw malformed('it holds characters that no key has, or an unknown prefix')
  if (!isToken(text)) throw malformed('its checksum does not fit: at least one character is wrong')
}

/** @returns the kind that the key's prefix says */
export function kindOf(token: string): KeyKind {
  return token.startsWith(PREFIXES.management) ? 'management' : 'inference'
}

/** SHA-256 in hex: the key's public id. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'hex')
}

/** What people see of a key: its prefix and the last four characters, which are of the checksum. */
export function labelOf(token: string): string {
  return `${token.slice(0, PREFIX_CHARS)}...${token.slice(-4)}`
}

function checksum(body: string): string {
  return toBase62(crc32(body), CHECKSUM_CHARS)
}

function malformed(problem: string): KeywayError {
  return new KeywayError('key_malformed', `The key is not a Keyway key: ${problem}.`)
}
