import { createHmac, hash, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { constantTimeEqual } from '../base/constant-time.ts'
import type { Store } from '../store/store.ts'
import { keyOf, type SecretKeys } from './secret-keys.ts'

/** How long a person may take over their authenticator: as long as browsers wait, and a little. */
export const CHALLENGE_MS = 5 * 60_000
const NONCE_BYTES = 16
/** Milliseconds since the epoch fit 6 bytes until the year 10889. */
const TIME_BYTES = 6
const MAC_BYTES = 32

/** What a challenge is good for: one purpose, and (but for signing in) one subject. */
export type ChallengeUse =
  | { purpose: 'sign-in' }
  /** The hash of a setup token. */
  | { purpose: 'setup'; subject: string }
  /** The id of the user that is to be. */
  | { purpose: 'sign-up'; subject: string }
  /** A session's id. */
  | { purpose: 'add-passkey'; subject: string }
  /** Whose password was right, and when it was set. */
  | { purpose: 'second-step'; subject: string }

export type Challenges = {
  /** 54 bytes in base64url: a nonce, its end, and a MAC over both and the use. Nothing is stored, so nobody can fill a table. */
  make(use: ChallengeUse): string
  /** Whether it is ours, for this use, and not ended. It stays good. */
  isOurs(challenge: string, use: ChallengeUse): boolean
  /** Whether it is ours, for this use, not ended, and answered for the first time. Afterwards it is used up. */
  redeem(challenge: string, use: ChallengeUse): Promise<boolean>
}

/** Challenges for authenticators, each good once. */
export function createChallenges(deps: {
  store: Pick<Store, 'installId' | 'useChallenge'>
  clock: Clock
  ring: { readonly csrf: SecretKeys }
}): Challenges {
  const { store, clock, ring } = deps

  function macOf(head: Buffer, use: ChallengeUse, version: number): Buffer {
    const subject = 'subject' in use ? use.subject : ''
    const text = JSON.stringify(['keyway/challenge/v1', store.installId, use.purpose, subject])
    return createHmac('sha256', keyOf(ring.csrf, version)).update(head).update(text).digest()
  }

  /** When a challenge ends, if it is ours, for this use, and has not. */
  function endOf(challenge: string, use: ChallengeUse): number | undefined {
    const bytes = Buffer.from(challenge, 'base64url')
    if (bytes.length !== NONCE_BYTES + TIME_BYTES + MAC_BYTES || bytes.toString('base64url') !== challenge) {
      return undefined
    }
    const head = bytes.subarray(0, NONCE_BYTES + TIME_BYTES)
    const mac = bytes.subarray(NONCE_BYTES + TIME_BYTES)
    const ours = ring.csrf.versions.some((version) => constantTimeEqual(macOf(head, use, version), mac))
    const expiresAt = head.readUIntBE(NONCE_BYTES, TIME_BYTES)
    return ours && clock.now() < expiresAt ? expiresAt : undefined
  }

  return {
    isOurs: (challenge, use) => endOf(challenge, use) !== undefined,
    make(use) {
      const head = Buffer.alloc(NONCE_BYTES + TIME_BYTES)
      randomBytes(NONCE_BYTES).copy(head)
      head.writeUIntBE(clock.now() + CHALLENGE_MS, NONCE_BYTES, TIME_BYTES)
      return Buffer.concat([head, macOf(head, use, ring.csrf.primary)]).toString('base64url')
    },
    async redeem(challenge, use) {
      const expiresAt = endOf(challenge, use)
      if (expiresAt === undefined) return false
      return store.useChallenge(hash('sha256', challenge), { expiresAt, at: clock.now() })
    },
  }
}
