/** Last characters shown of a long secret: enough to tell two keys apart, useless for guessing the rest. */
const TAIL_CHARS = 4
/** A provider's public prefix ('sk-ant-api03-') is at most this long. */
const PREFIX_CHARS_MAX = 14

/**
 * A secret as people may see it: the provider's own prefix, where the rest is long enough, and the last characters.
 *
 * 'sk-ant-api03-<90 characters>wXyZ' -> 'sk-ant-api03-\u2026wXyZ'; of 16 characters or fewer the last 2; of 8 or fewer none
 * @see https://nvd.nist.gov/vuln/detail/CVE-2024-9606 on a mask that hid too little
 */
export function maskSecret(secret: string): string {
  if (secret.length <= 8) return '\u2026'
  if (secret.length <= 16) return `\u2026${secret.slice(-2)}`
  if (secret.length < 32) return `\u2026${secret.slice(-TAIL_CHARS)}`
  const prefix = /^[A-Za-z]{2,6}(?:[-_][a-z0-9]{1,5}){0,2}[-_]/.exec(secret.slice(0, PREFIX_CHARS_MAX))?.[0] ?? ''
  return `${prefix}\u2026${secret.slice(-TAIL_CHARS)}`
}
