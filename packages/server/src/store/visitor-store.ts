import type { SetupChoice } from './account-records.ts'
import type { Actor, User } from './records.ts'

/** Who somebody is at an issuer: its place, byte for byte, and its own id of theirs. */
export type Identity = { issuer: string; issuerUrl: string; accountId: string }

/** A user who came in by an account elsewhere. */
export type VisitorRecord = {
  userId: string
  createdAt: number
  /** Who they proved to be there; null while they are on their way, and nobody here yet. */
  identity: Identity | null
}

/** People who come in by themselves, and people who leave for good: a part of the store. */
export type VisitorStore = {
  /**
   * Makes a user with their first way to sign in, in one act.
   * @throws KeywayError conflict when the login is taken, or there are `usersMax` users
   */
  signUp(user: User, choice: SetupChoice, terms: { usersMax: number; actor: Actor }): Promise<void>
  /** Makes a user who is nobody yet. @throws KeywayError conflict when there are `usersMax` users */
  createVisitor(user: User, terms: { usersMax: number; actor: Actor }): Promise<void>
  findVisitor(userId: string): Promise<VisitorRecord | undefined>
  /**
   * Says who a visitor is, once. Of several who are the same person the first keeps the identity.
   * @returns the id of the user whose identity it is; undefined when there is no such visitor, or they are somebody else
   */
  identifyVisitor(userId: string, identity: Identity, by: { at: number; actor: Actor }): Promise<string | undefined>
  /** Removes a visitor who is still nobody, with every trace but the audit log's. @returns false if there was none */
  removeVisitor(userId: string): Promise<boolean>
  /** The same for all who began before the moment (ms). @returns how many */
  forgetVisitors(before: number): Promise<number>
  /**
   * Deletes what a user is known by and signs in with, their secrets, and revokes their keys. The row of the user stays
   * without a name, disabled, for the ledger to refer to.
   * @returns false if there was none
   * @throws KeywayError conflict for the last owner who could let anyone in
   */
  eraseUser(userId: string, by: { at: number; actor: Actor }): Promise<boolean>
}
