import { hash } from 'node:crypto'

const PREFIX = 'conn_'
const HASH_CHARS = 24

/**
 * The id of the one credential that a user's connection to an issuer keeps its key in. It follows from who and where, so
 * that however often and at once somebody connects, they write the same row.
 */
export function connectionId(of: { installId: string; userId: string; issuer: string }): string {
  return `${PREFIX}${hash('sha256', JSON.stringify([of.installId, of.userId, of.issuer])).slice(0, HASH_CHARS)}`
}

/** Can this be a connection's credential? For the hot path: it saves a question to the store. */
export function isConnectionId(credentialId: string): boolean {
  return credentialId.startsWith(PREFIX)
}
