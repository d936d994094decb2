import { hash, timingSafeEqual } from 'node:crypto'
import { additionalData } from '../vault/additional-data.ts'
import type { KeyRing } from '../vault/key-ring.ts'
import { primaryKey } from '../vault/key-ring.ts'
import { openText, parseSealed, SealError, sealText } from '../vault/seal.ts'

/** What a sealed value of a flow belongs to: it opens for nothing else. */
export type FlowSeal = { installId: string; flowId: string; userId: string; purpose: 'verifier' | 'pending' }

/** Characters of a hash in a cookie's name: enough to tell a browser's flows apart. */
const NAME_CHARS = 16
const INSTALL_CHARS = 8

/** Seals a flow's secret under the ring's key for cookies. */
export function sealFlowSecret(ring: Pick<KeyRing, 'cookie'>, of: FlowSeal, text: string): Buffer {
  return sealText(primaryKey(ring.cookie), `v${ring.cookie.primary}`, dataOf(of), text)
}

/** @throws SealError when it is damaged, another flow's, or of a root key that is gone */
export function openFlowSecret(ring: Pick<KeyRing, 'cookie'>, of: FlowSeal, sealed: Uint8Array): string {
  const parsed = parseSealed(sealed, dataOf(of))
  const key = ring.cookie.key(Number(parsed.keyId.slice(1)))
  if (key === undefined) throw new SealError(`a flow was sealed under root key ${parsed.keyId}, which is gone`)
  return openText(key, parsed)
}

/** What is stored of a state or a cookie: neither can be made from it. */
export function hashOf(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** Whether this is the secret of that hash, in time that tells nothing. */
export function isSecretOf(secret: string, stored: string): boolean {
  const [given, wanted] = [Buffer.from(hashOf(secret)), Buffer.from(stored)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/**
 * The name of a flow's own cookie, so that two tabs do not overwrite each other's. Over https it begins with `__Host-`:
 * no sibling domain can plant it.
 */
export function flowCookieName(of: { stateHash: string; installId: string; publicUrl: string }): string {
  const install = of.installId.replaceAll('-', '').slice(0, INSTALL_CHARS)
  const name = `keyway_connect_${install}_${of.stateHash.slice(0, NAME_CHARS)}`
  return of.publicUrl.startsWith('https:') ? `__Host-${name}` : name
}

function dataOf({ installId, flowId, userId, purpose }: FlowSeal): Buffer {
  return additionalData(['keyway/connect/v1', installId, flowId, userId, purpose])
}
