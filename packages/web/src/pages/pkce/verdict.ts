/** What can be said of a verifier's challenge and one that somebody wants to check. */
export type Verdict = 'together' | 'apart' | 'plain' | 'padded' | 'short'

/** As many as 32 bytes have in base64url. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
const CHALLENGE_CHARACTERS = 43

/** Judges a challenge, and names the mistake that is usually made. */
export function judge(pair: { verifier: string; challenge: string }, checked: string): Verdict {
  if (checked === pair.challenge) return 'together'
  if (checked === pair.verifier) return 'plain'
  if (/[+/=]/.test(checked)) return 'padded'
  return checked.length === CHALLENGE_CHARACTERS ? 'apart' : 'short'
}
