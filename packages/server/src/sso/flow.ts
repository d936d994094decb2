import { hash } from 'node:crypto'
import { additionalData } from '../vault/additional-data.ts'
import { type KeyRing, primaryKey } from '../vault/key-ring.ts'
import { openText, parseSealed, SealError, sealText } from '../vault/seal.ts'

/** How long a person may take at the provider, in milliseconds: some have a second factor of their own to find. */
export const FLOW_MS = 10 * 60_000
const INSTALL_CHARS = 8
/** Longer is none of ours. */
const COOKIE_CHARS_MAX = 4_000

/** What a browser went to a provider with. It travels sealed in a cookie: nothing is stored, so nobody can fill a table. */
export type Flow = {
  provider: string
  issuer: string
  state: string
  /** OpenID Connect's own; null for OAuth 2. */
  nonce: string | null
  verifier: string
  /** A path of the app. */
  returnTo: string
  /** Who adds the account to theirs, in which session; null for signing in. */
  linking: { userId: string; sessionId: string } | null
  /** Milliseconds since the epoch. */
  expiresAt: number
}

type Ring = Pick<KeyRing, 'cookie'>

/** The cookie's value. */
export function sealFlow(ring: Ring, installId: string, flow: Flow): string {
  const data = additionalData(['keyway/sso/v1', installId, flow.provider])
  return sealText(primaryKey(ring.cookie), `v${ring.cookie.primary}`, data, JSON.stringify(flow)).toString('base64url')
}

/** The flow in a cookie's value; undefined when it is none of ours, of this provider. */
export function openFlow(ring: Ring, of: { installId: string; provider: string }, value: string): Flow | undefined {
  if (value.length > COOKIE_CHARS_MAX) return undefined
  try {
    const data = additionalData(['keyway/sso/v1', of.installId, of.provider])
    const sealed = parseSealed(Buffer.from(value, 'base64url'), data)
    const key = ring.cookie.key(Number(sealed.keyId.slice(1)))
    // Sealed by us and by nobody else, so it has the shape that we gave it.
    return key === undefined ? undefined : (JSON.parse(openText(key, sealed)) as Flow)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** What marks a flow as used. */
export function flowHash(flow: Flow): string {
  return hash('sha256', `sso/${flow.provider}/${flow.state}`)
}

/** One for each provider: the newest flow of a browser counts. Over https no sibling domain can plant it. */
export function flowCookieName(of: { provider: string; installId: string; publicUrl: string }): string {
  const install = of.installId.replaceAll('-', '').slice(0, INSTALL_CHARS)
  const name = `keyway_sso_${install}_${of.provider}`
  return of.publicUrl.startsWith('https:') ? `__Host-${name}` : name
}
