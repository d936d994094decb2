import type { Kysely } from 'kysely'
import type { AuditKeyPlace } from '../audit-seal.ts'
import type { Dialect } from '../migrations/migration.ts'
import type { Schema } from '../schema.ts'
import type { Change } from '../store.ts'

/** What an act works with. Acts that change something run inside one transaction, which `db` then is. */
export type ActContext = {
  db: Kysely<Schema>
  dialect: Dialect
  /** The moment of the act, milliseconds. */
  now: number
  /** The process: what it writes of an answer that streams is its own until it ends. */
  instance: number
  /** Filled by the act with what caches must hear of once the transaction is committed. */
  changes: Change[]
  /** The keys with which this process seals the audit log's end. */
  audit: AuditKeyPlace
  /** Runs inside the transaction, after the act: other processes are told in it, or not at all. */
  beforeCommit?: (db: Kysely<Schema>, changes: readonly Change[]) => Promise<void>
}

/** A column's integer as a number. Only for moments, counts and ids, all far below 2^53; amounts stay bigint. */
export function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value)
}

/** A flag as its column holds it. */
export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

/**
 * A column's text as one of the words it may hold.
 * @throws Error when it is none of them: the row was not written by this program
 */
export function oneOf<T extends string>(words: readonly T[], text: string): T {
  const word = words.find((candidate) => candidate === text)
  if (word === undefined) throw new Error(`a column holds ${JSON.stringify(text)}; expected one of ${words.join(', ')}`)
  return word
}

/** As {@link oneOf}, where the column may be empty. */
export function oneOfOrNull<T extends string>(words: readonly T[], text: string | null): T | null {
  return text === null ? null : oneOf(words, text)
}

export const RESETS = ['daily', 'weekly', 'monthly'] as const
export const REACHES = ['own', 'shared', 'house'] as const
export const ORIGINS = ['pasted', 'connected', 'environment'] as const
export const ROLES = ['owner', 'admin', 'member'] as const
