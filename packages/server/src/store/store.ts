import type { Nano } from '../base/money.ts'
import type {
  PasskeyRecord,
  PasswordRecord,
  SecondFactorRecord,
  SessionRecord,
  SetupChoice,
  SetupTokenRecord,
} from './account-records.ts'
import type { ChainHead } from './audit-chain.ts'
import type { AuditKeys, FoundSeal } from './audit-seal.ts'
import type { ChatStore } from './chat-store.ts'
import type { IdentityStore } from './identity-store.ts'
import type { ConnectFlowRecord, ConnectionRecord, KeyFacts } from './link-records.ts'
import type { MailStore } from './mail-store.ts'
import type { OauthStore } from './oauth-store.ts'
import type {
  Actor,
  Admitted,
  App,
  AuditRow,
  CredentialRecord,
  CustomProviderRecord,
  DekRecord,
  GenerationRecord,
  HoldRequest,
  KeyPatch,
  KeyRecord,
  Refused,
  Settlement,
  Spend,
  UsageGroup,
  UsageRow,
  User,
  UserPatch,
  Workspace,
} from './records.ts'
import type { VisitorStore } from './visitor-store.ts'

/** A change that caches must hear of. Sent after its transaction committed, before the act's promise resolves. */
export type Change =
  | { kind: 'key'; hash: string; mac: string }
  | { kind: 'user'; id: string }
  | { kind: 'credential'; id: string }
  | { kind: 'provider'; id: string }

/**
 * The database behind named acts. Each act is one transaction, with its audit row inside it where it changes who may do
 * or spend what. Both SQLite and PostgreSQL pass store-suite.ts. Nothing here decides policy.
 */
export type Store = OauthStore &
  ChatStore &
  VisitorStore &
  IdentityStore &
  MailStore & {
    /** Made once, at the first start. Part of every seal's AAD and of cookie names. */
    readonly installId: string
    /** The workspace and owner that the first start made. */
    bootstrap(): Promise<{ workspace: Workspace; owner: User }>
    onChange(listener: (change: Change) => void): () => void
    /** Settles what is open, makes everything durable, ends workers and connections. */
    close(): Promise<void>
    /** One trivial query: is the database there? */
    ping(): Promise<void>

    // One call, from hold to charge
    /**
     * Admits the call under all its caps and holds input + output, in one act, in the order key, user, workspace.
     * A second hold with the same call id is refused by throwing.
     */
    reserve(hold: HoldRequest): Promise<Admitted | Refused>
    /** Notes how much of the held output has been streamed, so that a crash charges that much. At most once a second a call. */
    checkpoint(callId: string, streamed: Nano): void
    /** Writes generation, attempts and charge, and releases the hold. Once per call id: a repetition changes nothing. */
    settle(settlement: Settlement): Promise<void>
    /** Ends a hold that came to nothing: the call never reached a provider. Writes no generation. */
    release(callId: string): Promise<void>

    // Keys
    createKey(key: KeyRecord, actor: Actor): Promise<void>
    findKeyByMac(mac: string): Promise<KeyRecord | undefined>
    findKey(hash: string): Promise<KeyRecord | undefined>
    /** Newest first, hidden ones left out; those of one user, where one is named. */
    listKeys(
      workspaceId: string,
      page: { offset: number; limit: number; includeDisabled: boolean; userId?: string },
    ): Promise<KeyRecord[]>
    /** The hash of the key under which the user's own web app calls. */
    findHiddenKey(userId: string): Promise<string | undefined>
    /** @returns the key after the change, or undefined if there is none */
    updateKey(hash: string, patch: KeyPatch, actor: Actor, at: number): Promise<KeyRecord | undefined>
    /** Revokes; a revoked key stays in the ledger. @returns false if there was none to revoke */
    revokeKey(hash: string, actor: Actor, at: number): Promise<boolean>
    /** Adds the successor and gives the old key an end (now, or after the overlap), in one act. */
    rotateKey(hash: string, successor: KeyRecord, oldExpiresAt: number, actor: Actor): Promise<void>
    spendOf(scope: 'key' | 'user' | 'workspace', id: string, at: number): Promise<Spend>

    // Money
    /** Credit given to a user. Append-only. */
    grantCredit(userId: string, amount: Nano, actor: Actor, at: number): Promise<void>
    creditsOf(scope: 'user' | 'workspace', id: string): Promise<{ granted: Nano; spent: Nano }>
    /** Whether calls of this user need a positive balance, by the operator's setting. Applied by `reserve` from then on. */
    setPrepaid(prepaid: 'on' | 'off'): Promise<void>

    // What happened
    findGeneration(id: string, workspaceId: string): Promise<GenerationRecord | undefined>
    findExplanation(id: string, workspaceId: string): Promise<Uint8Array | undefined>
    /** Settled after `after` (ms), oldest first. */
    recentGenerations(workspaceId: string, after: number, limit: number): Promise<GenerationRecord[]>
    usage(
      workspaceId: string,
      query: { by: UsageGroup; from: number; to: number; userId?: string },
    ): Promise<UsageRow[]>
    /** The app's row, made at its first call. */
    upsertApp(workspaceId: string, referer: string, title: string | null): Promise<App>
    /** Deletes explanations older than the moment. @returns how many */
    pruneExplanations(before: number): Promise<number>
    listAudit(workspaceId: string, limit: number): Promise<AuditRow[]>
    /**
     * One step of at most `most` rows along the chain of all audit rows. At its end the place given comes back.
     * @returns the place reached, and the number of the first row that is not as it was written
     */
    followAudit(from: ChainHead, most: number): Promise<{ head: ChainHead; brokenAt: number | null }>
    /** The sealed end of the chain. @throws Error before useAuditKeys */
    findAuditSeal(): Promise<FoundSeal>
    /**
     * Gives the store the keys with which each audit row seals the chain's end, before anything is written.
     * @param missing what it means that the database holds no seal
     */
    useAuditKeys(keys: AuditKeys, missing: 'never-sealed' | 'lost'): Promise<void>
    appendAudit(
      actor: Actor,
      action: string,
      object: string,
      details: Record<string, unknown>,
      at: number,
    ): Promise<void>

    // Vault
    /** Inserts, or replaces the row with that id. */
    putCredential(credential: CredentialRecord, actor: Actor): Promise<void>
    findCredential(id: string): Promise<CredentialRecord | undefined>
    /** By priority, then age. */
    listCredentials(workspaceId: string): Promise<CredentialRecord[]>
    removeCredential(id: string, actor: Actor, at: number): Promise<boolean>
    noteCredential(id: string, note: { lastUsedAt?: number; lastError?: string | null }): Promise<void>
    /** Exchanges the sealed bytes only if they are still `from`. @returns false if another change came first */
    reseal(id: string, from: Uint8Array, to: { sealed: Uint8Array; dekId: string }): Promise<boolean>
    putDek(dek: DekRecord): Promise<void>
    findDek(id: string): Promise<DekRecord | undefined>
    /** The current data key of that user (null: the workspace's). */
    currentDek(workspaceId: string, userId: string | null): Promise<DekRecord | undefined>
    listDeks(): Promise<DekRecord[]>
    rewrapDek(id: string, from: Uint8Array, to: { wrapped: Uint8Array; kekVersion: number }): Promise<boolean>

    // Providers of the operator's own
    putProvider(provider: CustomProviderRecord, actor: Actor): Promise<void>
    listProviders(workspaceId: string): Promise<CustomProviderRecord[]>
    removeProvider(id: string, actor: Actor, at: number): Promise<boolean>

    // People
    createUser(user: User, actor: Actor): Promise<void>
    findUser(id: string): Promise<User | undefined>
    listUsers(workspaceId: string): Promise<User[]>
    updateUser(id: string, patch: UserPatch, actor: Actor): Promise<User | undefined>
    /** A one-time link for a user, by the hash of its token. Replaces the user's earlier ones. */
    putSetupToken(token: { hash: string; userId: string; expiresAt: number }, actor: Actor): Promise<void>
    /** Consumes it, atomically. @returns the user's id, or undefined when unknown, used or expired */
    redeemSetupToken(hash: string, at: number): Promise<string | undefined>

    // Signing in
    /** Whom a setup link is for, without using it up. */
    findSetupToken(hash: string, at: number): Promise<SetupTokenRecord | undefined>
    /**
     * Uses up a setup link, adds the way to sign in that was chosen and ends the user's sessions, in one act.
     * @returns the user's id, or undefined when the link is unknown, used or expired
     */
    completeSetup(
      hash: string,
      choice: SetupChoice,
      terms: { at: number; workspaceId: string; ip?: string },
    ): Promise<string | undefined>
    /** Marks a challenge as answered, and forgets those that were over `at` a moment. @returns false if it was before */
    useChallenge(hash: string, times: { expiresAt: number; at: number }): Promise<boolean>
    /** Begins a session in place of the one named (or none); the user keeps at most `keep`, the latest used. */
    createSession(session: SessionRecord, terms: { replaces: string | null; keep: number; actor: Actor }): Promise<void>
    findSession(mac: string): Promise<SessionRecord | undefined>
    touchSession(id: string, seen: { at: number; ip: string | null }): Promise<void>
    /** The latest used first. */
    listSessions(userId: string): Promise<SessionRecord[]>
    /** One, all, or all but one. @returns how many ended */
    endSessions(which: { userId: string; only?: string; except?: string }, actor: Actor): Promise<number>
    /** How many ways to sign in there are, over all users. */
    countLogins(): Promise<{ passkeys: number; passwords: number }>
    findPassword(by: { login: string } | { userId: string }): Promise<PasswordRecord | undefined>
    /** Sets it, and ends the user's other sessions. */
    putPassword(password: PasswordRecord, terms: { keepSession: string; actor: Actor }): Promise<void>
    findPasskey(id: string): Promise<PasskeyRecord | undefined>
    /** Oldest first. */
    listPasskeys(userId: string): Promise<PasskeyRecord[]>
    /** Adds it, and ends the user's other sessions. */
    addPasskey(passkey: PasskeyRecord, terms: { keepSession: string; actor: Actor }): Promise<void>
    /** @returns false if the counter is not `counterBefore` any more */
    notePasskey(
      id: string,
      use: { counterBefore: number; counter: number; synced: boolean; at: number },
    ): Promise<boolean>
    /** Removes it, unless it is the only way to sign in, and ends the user's other sessions. */
    removePasskey(id: string, terms: { userId: string; keepSession: string; actor: Actor }): Promise<boolean>

    // The second step of signing in by password
    /** The user's authenticator app, also while it waits for its first code. */
    findSecondFactor(userId: string): Promise<SecondFactorRecord | undefined>
    /** Those not used yet. */
    countRecoveryCodes(userId: string): Promise<number>
    /** Keeps a secret that waits for its first code, in place of another that waits. Conflict where one was confirmed. */
    beginSecondFactor(
      factor: Pick<SecondFactorRecord, 'userId' | 'workspaceId' | 'sealed' | 'createdAt'>,
      actor: Actor,
    ): Promise<void>
    /** Makes that very secret count, with its recovery codes, and ends the user's other sessions. @returns false if it does not wait */
    confirmSecondFactor(
      userId: string,
      terms: {
        sealed: Uint8Array
        step: number
        macs: readonly string[]
        at: number
        keepSession: string
        actor: Actor
      },
    ): Promise<boolean>
    /** Takes a step, and with it every one before. @returns false if it, or a later one, was taken */
    takeTotpStep(userId: string, of: { sealed: Uint8Array; step: number }): Promise<boolean>
    /** Uses up the one of the user's codes that is among these MACs. @returns false when none is, or it was used */
    takeRecoveryCode(userId: string, terms: { macs: readonly string[]; at: number; actor: Actor }): Promise<boolean>
    /** Puts other codes in place of all. @returns false where there is no confirmed second factor */
    renewRecoveryCodes(userId: string, terms: { macs: readonly string[]; at: number; actor: Actor }): Promise<boolean>
    /** Removes it with its codes, and ends the user's sessions but one (null: all). @returns false if none counted */
    removeSecondFactor(
      userId: string,
      terms: { keepSession: string | null; at: number; actor: Actor },
    ): Promise<boolean>

    // The operator's models, within a daily number of messages
    /** Takes one of the day's messages. @param of.day days since the Unix epoch @returns how many are used now; undefined when none was left */
    takeDailyMessage(userId: string, of: { day: number; limit: number }): Promise<number | undefined>
    /** Gives one back that came to nothing. */
    returnDailyMessage(userId: string, day: number): Promise<void>
    dailyMessages(userId: string, day: number): Promise<number>

    // Connections to accounts elsewhere
    /** The user's oldest open flows beyond `keep` go, and everybody's that began before `forgetBefore`. */
    beginConnectFlow(
      flow: ConnectFlowRecord,
      terms: { keep: number; forgetBefore: number; actor: Actor },
    ): Promise<void>
    findConnectFlow(by: { id: string } | { stateHash: string }): Promise<ConnectFlowRecord | undefined>
    /** The user's newest flow that was used up, whatever came of it. */
    lastConnectFlow(userId: string, issuer: string): Promise<ConnectFlowRecord | undefined>
    /** Uses it up, once, and forgets its verifier. @returns false if it was used up before, or is over */
    consumeConnectFlow(id: string, at: number): Promise<boolean>
    /** Notes how it ended, once; keeps a sealed key that waits for the person's word. */
    endConnectFlow(
      id: string,
      end: { outcome: string; pending: { sealed: Uint8Array; until: number } | null; at: number; actor: Actor },
    ): Promise<void>
    /** Takes the key that waits, once. @returns the flow as it was; undefined where there is none, or it waited too long */
    takePendingKey(
      id: string,
      terms: { userId: string; outcome: string; at: number },
    ): Promise<ConnectFlowRecord | undefined>
    /** Puts a connection and its sealed key in place of the user's former ones at this issuer, and ends the flow: in one act. */
    saveConnection(
      connection: ConnectionRecord,
      kept: { credential: CredentialRecord; flowId: string; actor: Actor },
    ): Promise<ConnectionRecord>
    findConnection(credentialId: string): Promise<ConnectionRecord | undefined>
    /** Those that stand, longest unchecked first. */
    listConnections(limit: number): Promise<ConnectionRecord[]>
    /** Whoever connected this account last, also when they have disconnected since. */
    findConnectionByAccount(of: {
      issuer: string
      issuerUrl: string
      accountId: string
    }): Promise<ConnectionRecord | undefined>
    /** What the issuer says of the key, if it is still that key. */
    noteConnection(
      credentialId: string,
      note: { keyHash: string; facts: KeyFacts; email?: string | null; at: number },
    ): Promise<void>
    /** Deletes the sealed key; the connection stays as ended. @returns false when there was none (with that key) to end */
    endConnection(
      credentialId: string,
      end: { state: 'disconnected' | 'revoked'; keyHash?: string; keyEnded?: boolean; at: number; actor: Actor },
    ): Promise<boolean>

    // Odds and ends with a name
    /** Small values of our own: the key-check value, the canary, the catalogue last fetched. */
    getSetting(name: string): Promise<string | undefined>
    putSetting(name: string, value: string): Promise<void>
    /** A consistent copy of the whole database in one file, taken while it is in use. */
    backup(path: string): Promise<void>
  }
