import { createHash } from 'node:crypto'
import { constantTimeEqual } from '../base/constant-time.ts'
import { KeywayError } from '../base/errors.ts'
import type { ChallengeMethod, WeakFlow } from '../store/oauth-records.ts'

/** What `oauth.require_s256` says. */
export type ChallengePolicy = 'any' | 's256-only'

/** Characters of a plain challenge, and of any verifier where weak flows are taken. */
const WEAK_CHARACTERS_MAX = 256
/** A shorter verifier holds less than 128 bits, even when each character is random. */
const VERIFIER_STRONG_CHARACTERS = 22

/** A challenge as it was sent. A challenge without a method is plain. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.3 */
export type Challenge = { challenge: string | null; method: ChallengeMethod | null }

/**
 * Checks what came as `code_challenge` and `code_challenge_method`.
 * @param way 'headless' where there is no callback: the code passes through a clipboard, so a challenge is needed
 * @throws KeywayError `invalid_request`
 */
export function checkChallenge(
  { challenge, method }: { challenge: string | undefined; method: string | undefined },
  { policy, way }: { policy: ChallengePolicy; way: 'callback' | 'headless' },
): Challenge {
  if (method !== undefined && method !== 'S256' && method !== 'plain') {
    throw invalid('code_challenge_method', 'S256 (or plain, where this Keyway takes it)')
  }
  if (challenge === undefined) {
    if (method !== undefined) throw invalid('code_challenge', 'a challenge, since code_challenge_method is there')
    if (way === 'headless') throw invalid('code_challenge', 'a challenge, since there is no callback_url')
    if (policy === 's256-only') throw invalid('code_challenge', 'a challenge: this Keyway takes S256 only')
    return { challenge: null, method: null }
  }
  if (method === 'S256') {
    if (!/^[\w-]{43}$/.test(challenge)) {
      const seen = /[+/=]/.test(challenge) ? '; this one holds +, / or =' : ''
      throw invalid('code_challenge', `43 characters of base64url without padding${seen}`)
    }
    return { challenge, method }
  }
  if (policy === 's256-only') {
    throw invalid('code_challenge_method', 'S256: this Keyway takes no other, and none means plain')
  }
  if (challenge.length > WEAK_CHARACTERS_MAX || !/^[\x21-\x7e]+$/.test(challenge)) {
    throw invalid('code_challenge', `1 to ${WEAK_CHARACTERS_MAX} visible ASCII characters`)
  }
  return { challenge, method: method ?? null }
}

/**
 * Checks a verifier's form, before anything is looked up.
 * @throws KeywayError `invalid_request`
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1
 */
export function checkVerifierForm(verifier: string | undefined, policy: ChallengePolicy): void {
  if (verifier === undefined) return
  if (policy === 's256-only') {
    if (!/^[\w.~-]{43,128}$/.test(verifier)) {
      throw invalid('code_verifier', '43 to 128 characters of A-Z, a-z, 0-9, "-", ".", "_" and "~"')
    }
  } else if (verifier.length > WEAK_CHARACTERS_MAX || !/^[\x21-\x7e]+$/.test(verifier)) {
    throw invalid('code_verifier', `1 to ${WEAK_CHARACTERS_MAX} visible ASCII characters`)
  }
}

/**
 * Whether the verifier is the one of the challenge, by the method that was stored with the code and no other. Without a
 * challenge there must be no verifier: a client that sends one took part in another flow than this code's.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.8.2
 */
export function provesChallenge(verifier: string | undefined, { challenge, method }: Challenge): boolean {
  // The same work on every path, so that its time does not tell them apart.
  const derived =
    method === 'S256'
      ? createHash('sha256')
          .update(verifier ?? '')
          .digest('base64url')
      : (verifier ?? '')
  const same = constantTimeEqual(derived, challenge ?? '')
  return challenge === null ? verifier === undefined : verifier !== undefined && same
}

/** Why a flow does not prove who exchanges its code; null where it does. */
export function weaknessOf({ challenge, method }: Challenge, verifier?: string): WeakFlow | null {
  if (challenge === null) return 'no_challenge'
  if (method !== 'S256') return 'plain'
  return verifier !== undefined && verifier.length < VERIFIER_STRONG_CHARACTERS ? 'short_verifier' : null
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}
