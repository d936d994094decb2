import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { ChainHead } from './audit-chain.ts'

/**
 * The end of the chain as the server left it. Each row moves it in the row's own transaction, so that whoever can write
 * the database but has no root key can neither rewrite a row, nor cut off the last ones, nor add one.
 */
export type AuditSeal = ChainHead & {
  /** The row after which every one was sealed as it was written; 0 for a log that was sealed from its first row. */
  since: number
  /** The first row that was written after a log that was not as it had been sealed. It stays, whatever comes after. */
  brokenAt: number | null
}

/** The seal with its proof, as it is stored. */
export type StoredSeal = AuditSeal & { keyVersion: number; mac: string }

/** What a process finds of the seal: it fits, it was not made with our keys, or there is none. */
export type FoundSeal = { state: 'fits'; seal: AuditSeal } | { state: 'forged' } | { state: 'none' }

/** The keys of seals, as the vault's ring derives them, and the installation that they are of. They cross to the writer's thread. */
export type AuditKeys = { installId: string; primary: number; keys: ReadonlyMap<number, KeyObject> }

/** Where a process keeps them: none until the root key was read. */
export type AuditKeyPlace = { keys?: AuditKeys }

/** A seal under the present key. @throws Error without that key, which is a defect */
export function sealEnd(seal: AuditSeal, keys: AuditKeys): StoredSeal {
  const { seq, hash, since, brokenAt } = seal
  const mac = macOf(seal, keys, keys.primary)
  if (mac === undefined) throw new Error(`there is no audit key of version ${keys.primary}`)
  return { seq, hash, since, brokenAt, keyVersion: keys.primary, mac: mac.toString('hex') }
}

/** Whether a stored seal was made with one of the keys. */
export function sealFits(stored: StoredSeal, keys: AuditKeys): boolean {
  const made = macOf(stored, keys, stored.keyVersion)
  const found = Buffer.from(stored.mac, 'hex')
  return made !== undefined && found.length === made.length && timingSafeEqual(made, found)
}

function macOf({ seq, hash, since, brokenAt }: AuditSeal, keys: AuditKeys, version: number): Buffer | undefined {
  const key = keys.keys.get(version)
  if (key === undefined) return undefined
  const text = JSON.stringify(['keyway/audit-seal/v1', keys.installId, seq, hash, since, brokenAt])
  return createHmac('sha256', key).update(text).digest()
}
