import type {
  AppCallRow,
  AppUse,
  AuthCodeRecord,
  AuthTransactionRecord,
  GrantRecord,
  RankedApp,
} from './oauth-records.ts'
import type { Actor, App, KeyRecord } from './records.ts'

/** Whose grants; of one app alone, and the newest of them alone, where that is said. */
export type GrantsOf = { userId: string; appId?: number; most?: number }

/** How many transactions are kept, and how many of them with a logo. */
export type KeptAuth = { perBrowser: number; all: number; logos: number }

/** The part of the store that Sign in with Keyway needs. */
export type OauthStore = {
  /** Begins a transaction. Those that are over go, and so do the oldest beyond `perBrowser` and beyond `all`. */
  beginAuth(transaction: AuthTransactionRecord, keep: KeptAuth): Promise<void>
  findAuth(id: string): Promise<AuthTransactionRecord | undefined>
  /** Decides it once; with a code where the person allowed it. @returns false if it was decided before, or is over */
  decideAuth(id: string, decision: { code: AuthCodeRecord | null; at: number; actor: Actor }): Promise<boolean>
  /** A code made without a page. @throws KeywayError not_found when its user is not of the actor's workspace */
  putAuthCode(code: AuthCodeRecord, actor: Actor): Promise<void>
  findAuthCode(hash: string): Promise<AuthCodeRecord | undefined>
  /** How many codes of this app were given out for that challenge since the moment. */
  countChallenge(of: { appId: number; challenge: string; since: number }): Promise<number>
  /** Counts a wrong verifier, and burns the code with the last that is allowed. @returns how many there were */
  noteAuthFailure(hash: string, of: { most: number; at: number }): Promise<number>
  /** Uses the code up and makes its key, in one act. @returns false if it was used or burned before, or is over */
  redeemAuthCode(hash: string, made: { key: KeyRecord; grant: GrantRecord; at: number; actor: Actor }): Promise<boolean>
  noteAuthDelivered(hash: string, at: number): Promise<void>
  /** Codes that were exchanged before the moment, whose key nobody is known to have received, and which still works. */
  listUndelivered(before: number, limit: number): Promise<AuthCodeRecord[]>
  /** Forgets transactions, codes and what was good once, that were over before the moment. @returns how many of the first two */
  pruneAuth(before: number): Promise<number>
  findGrant(keyHash: string): Promise<GrantRecord | undefined>
  /** Newest first; without those whose key was revoked. */
  listGrants(of: GrantsOf): Promise<GrantRecord[]>
  findApp(id: number): Promise<App | undefined>
  /** The latest calls of an app's key, latest first. */
  listAppCalls(keyHash: string, page: { limit: number; before?: string }): Promise<AppCallRow[]>
  /** What an app's key was used for, by its `latest` calls. */
  appUse(keyHash: string, latest: number): Promise<AppUse>
  /** What apps used in `from <= at < to`, by their referer; the most tokens first. */
  rankApps(workspaceId: string, of: { from: number; to: number; limit: number }): Promise<RankedApp[]>
}
