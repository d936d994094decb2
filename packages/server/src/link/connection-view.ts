import { keyPages } from '@keyway/connect'
import type { KeyFacts } from '../store/link-records.ts'
import { connectionId } from './connection-id.ts'
import { WORK_MS } from './finish.ts'
import type { LinkDeps } from './link-deps.ts'

/** A connection as its person sees it. Times are milliseconds since the epoch. */
export type ConnectionView = {
  credentialId: string
  /** `changed`: the operator put another issuer in its place, which its key is not for. */
  state: 'connected' | 'disconnected' | 'revoked' | 'changed'
  /** An address where the issuer tells it, else the key's label there. */
  connectedAs: string | null
  /** null until the issuer said. */
  facts: KeyFacts | null
  connectedAt: number
  checkedAt: number | null
  endedAt: number | null
  /** The issuer's pages about the key. */
  usageUrl: string
  revokeUrl: string
  /** The issuer is known to honour the key no more. */
  keyEnded: boolean
  /** The page of the key before this one, which lives on there. */
  previousKeyUrl: string | null
  /** The version of the root key that its data key is wrapped under now; null where nothing is sealed any more. */
  rootKeyVersion: number | null
}

/** Everything that can be told of a user and the issuer. */
export type LinkView = {
  connection: ConnectionView | undefined
  /** The last attempt was cut off after a key may have been made: the person should look for it at the issuer. */
  interrupted: boolean
}

/** Reads what a user's connection is like now. */
export async function viewConnection(deps: LinkDeps, userId: string): Promise<LinkView> {
  const { store, issuer, clock } = deps
  const credentialId = connectionId({ installId: store.installId, userId, issuer: issuer.id })
  const [record, credential, last] = await Promise.all([
    store.findConnection(credentialId),
    store.findCredential(credentialId),
    store.lastConnectFlow(userId, issuer.id),
  ])
  const cutOff = last?.outcome === null && clock.now() - (last.consumedAt ?? 0) > WORK_MS
  const interrupted = cutOff || last?.outcome === 'unknown'
  if (record === undefined) return { connection: undefined, interrupted }
  const { state, issuerUrl, email, facts, keyHash, previousKeyHash, connectedAt, checkedAt, endedAt, keyEnded } = record
  const dek = credential?.dekId == null ? undefined : await store.findDek(credential.dekId)
  // Its credential can also be taken away as any other.
  const standing = state === 'connected' && credential === undefined ? 'disconnected' : state
  const connection: ConnectionView = {
    credentialId,
    state: standing === 'connected' && issuerUrl !== issuer.url ? 'changed' : standing,
    connectedAs: email ?? facts?.label ?? null,
    facts,
    connectedAt,
    checkedAt,
    endedAt,
    keyEnded,
    ...keyPages(issuerUrl, keyHash),
    previousKeyUrl: previousKeyHash === null ? null : keyPages(issuerUrl, previousKeyHash).revokeUrl,
    rootKeyVersion: dek?.kekVersion ?? null,
  }
  return { connection, interrupted }
}
