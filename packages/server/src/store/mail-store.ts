import type { PasswordRecord } from './account-records.ts'
import type { Actor } from './records.ts'

export type MailPurpose = 'invitation' | 'address' | 'password'

/** A link that went by mail. Its text is in the mail and nowhere else. */
export type MailToken = {
  /** SHA-256 of the text, hex. */
  hash: string
  workspaceId: string
  userId: string
  purpose: MailPurpose
  /** Where it went: whoever opens it has that mailbox. */
  email: string
  expiresAt: number
}

/** Somebody who was invited and has not come yet. */
export type Invitation = {
  userId: string
  /** Of the link that would let them in; null: none is good. */
  expiresAt: number | null
  /** It went by mail. */
  mailed: boolean
}

/** Links by mail and what they prove: a part of the store. */
export type MailStore = {
  /** In place of the person's earlier one for that purpose. @throws KeywayError not_found */
  putMailToken(token: MailToken, actor: Actor): Promise<void>
  findMailToken(hash: string, of: { purpose: MailPurpose; at: number }): Promise<MailToken | undefined>
  /** The address that a person waits to confirm. */
  pendingAddress(userId: string, at: number): Promise<string | undefined>
  /**
   * Uses a link up and gives its person the address, proved.
   * @returns the user's id, or undefined when it is unknown, used or expired
   * @throws KeywayError conflict when somebody else has the address; the link then stays
   */
  confirmAddress(hash: string, by: { at: number; ip?: string }): Promise<string | undefined>
  /**
   * Uses a link up, sets the password that the person signs in with from now on, and ends all their sessions. Only where
   * they have a password already: it is no way to a first one.
   * @returns the user's id, or undefined when it is unknown, used or expired, or there is no password
   */
  resetPassword(
    hash: string,
    password: Omit<PasswordRecord, 'userId' | 'workspaceId' | 'login'>,
    by: { at: number; ip?: string },
  ): Promise<string | undefined>
  /**
   * Notes that an issuer whose word on addresses counts says that this one is the person's. Nothing where their account has
   * another; letters' case aside.
   */
  noteVouchedAddress(userId: string, of: { email: string; at: number }): Promise<void>
  /** The address of a person's account, if they proved that it is theirs. */
  verifiedEmail(userId: string): Promise<string | undefined>
  /** Whose proved address it is. */
  findUserByVerifiedEmail(workspaceId: string, email: string): Promise<string | undefined>
  /** People who have no way to sign in yet. */
  listInvitations(workspaceId: string, at: number): Promise<Invitation[]>
  /** Takes an invitation back, with the person it was for. @returns false when they have come, or were never there */
  withdrawInvitation(userId: string, by: { at: number; actor: Actor }): Promise<boolean>
}
