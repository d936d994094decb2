import { createHmac, randomBytes } from 'node:crypto'
import { constantTimeEqual } from '../base/constant-time.ts'

// Codes that an authenticator app makes from a shared secret and the time.
// @see https://www.rfc-editor.org/rfc/rfc6238 and https://www.rfc-editor.org/rfc/rfc4226

/** What every authenticator app takes without being told otherwise: SHA-1, 6 digits, 30 seconds. */
const STEP_MS = 30_000
const DIGITS = 6
/** As long as SHA-1's own output, as RFC 4226 section 4 wants it. */
const SECRET_BYTES = 20
/** Steps that a phone's clock may be off, either way, and the time that typing takes. RFC 6238 section 5.2. */
const DRIFT_STEPS = 1

/** RFC 4648 section 6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret in base32: 32 characters, 160 bits. */
export function newTotpSecret(): string {
  return toBase32(randomBytes(SECRET_BYTES))
}

/** The step that a moment (ms) lies in. */
export function totpStepAt(now: number): number {
  return Math.floor(now / STEP_MS)
}

/** The code of one step. @param secret in base32 */
export function totpCode(secret: string, step: number): string {
  return hotp(fromBase32(secret), step)
}

/**
 * The step that a code is of: the present one, or one beside it.
 * @param after steps up to this one were used, and are not taken again
 * @returns undefined when it is of none of them
 */
export function matchTotp(secret: string, code: string, of: { now: number; after: number | null }): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const key = fromBase32(secret)
  const present = totpStepAt(of.now)
  let found: number | undefined
  // All of them, whichever fits: the time taken tells nothing of the phone's clock.
  for (let step = present - DRIFT_STEPS; step <= present + DRIFT_STEPS; step++) {
    const fits = constantTimeEqual(hotp(key, step), code)
    if (fits && (of.after === null || step > of.after)) found ??= step
  }
  return found
}

/**
 * The address that an authenticator app reads from a QR code.
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format (read 2026-11)
 */
export function totpAddress(of: { secret: string; account: string; issuer: string }): string {
  const { secret, account, issuer } = of
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`
}

/** RFC 4226 section 5.3, with dynamic truncation. */
function hotp(key: Buffer, counter: number): string {
  const moving = Buffer.alloc(8)
  moving.writeBigUInt64BE(BigInt(Math.max(0, counter)))
  const digest = createHmac('sha1', key).update(moving).digest()
  const offset = (digest[digest.length - 1] ?? 0) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += BASE32[(value >>> bits) & 31]
    }
  }
  return bits === 0 ? text : text + BASE32[(value << (5 - bits)) & 31]
}

/** @throws Error for what is not base32, which is a defect: only secrets of our own come here */
function fromBase32(text: string): Buffer {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const letter of text) {
    const digit = BASE32.indexOf(letter)
    if (digit < 0) throw new Error('a secret that is not base32')
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >>> bits) & 255)
  }
  return Buffer.from(bytes)
}
