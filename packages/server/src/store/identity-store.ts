import type { Actor, User } from './records.ts'

/** An account elsewhere that signs a person in: the issuer's own id of theirs, never an address. */
export type IdentityRecord = {
  id: string
  workspaceId: string
  userId: string
  /** The operator's name for the provider that they came by: 'company'. */
  provider: string
  /** 'https://accounts.example.com': with the subject it says who they are, whatever the provider is called here. */
  issuer: string
  /** The issuer's id of the person. */
  subject: string
  /** What the account is called there, for the person to tell theirs apart. */
  label: string | null
  createdAt: number
  lastUsedAt: number | null
}

/** Accounts elsewhere by which people sign in: a part of the store. */
export type IdentityStore = {
  findIdentity(of: { issuer: string; subject: string }): Promise<IdentityRecord | undefined>
  /** Oldest first. */
  listIdentities(userId: string): Promise<IdentityRecord[]>
  /**
   * Adds it to a user, and ends their other sessions (null: all of them).
   * @returns false when it is somebody's already
   */
  addIdentity(identity: IdentityRecord, terms: { keepSession: string | null; actor: Actor }): Promise<boolean>
  /**
   * Makes a user who signs in by it, in one act; of many at once for the same identity one makes the user.
   * @returns whose identity it is
   * @throws KeywayError conflict when there are `usersMax` users
   */
  signUpByIdentity(user: User, identity: IdentityRecord, terms: { usersMax: number; actor: Actor }): Promise<string>
  noteIdentity(id: string, use: { label: string | null; at: number }): Promise<void>
  /** Removes it, unless it is the only way to sign in, and ends the user's other sessions. @returns false if there was none */
  removeIdentity(id: string, terms: { userId: string; keepSession: string; actor: Actor }): Promise<boolean>
}
