import type { Store } from '../store.ts'
import type { ActArguments, ActName, ActResult } from './all.ts'
import { chatActs } from './chat-acts.ts'

/** Runs an act by name in the store's own way: in the writer's thread, or over a pool. */
export type Act = <N extends ActName>(name: N, rest: ActArguments<N>) => Promise<ActResult<N>>

/** What each kind of store does in its own way. */
type Own =
  | 'installId'
  | 'onChange'
  | 'close'
  | 'backup'
  | 'reserve'
  | 'checkpoint'
  | 'settle'
  | 'release'
  | 'updateKey'
  | 'grantCredit'
  | 'setPrepaid'

/** The acts that are the same for every kind of store. */
export function ordinaryActs(act: Act): Omit<Store, Own> {
  return {
    ...chatActs(act),
    async bootstrap() {
      const { workspace, owner } = await act('bootstrap', [])
      return { workspace, owner }
    },
    ping: () => act('ping', []),
    createKey: (key, actor) => act('createKey', [key, actor]),
    findKeyByMac: (mac) => act('findKeyByMac', [mac]),
    findKey: (hash) => act('findKey', [hash]),
    listKeys: (workspaceId, page) => act('listKeys', [workspaceId, page]),
    revokeKey: (hash, actor, at) => act('revokeKey', [hash, actor, at]),
    rotateKey: (hash, successor, oldExpiresAt, actor) => act('rotateKey', [hash, { successor, oldExpiresAt, actor }]),
    spendOf: (scope, id, at) => act('spendOf', [scope, id, at]),
    creditsOf: (scope, id) => act('creditsOf', [scope, id]),
    findGeneration: (id, workspaceId) => act('findGeneration', [id, workspaceId]),
    findExplanation: (id, workspaceId) => act('findExplanation', [id, workspaceId]),
    recentGenerations: (workspaceId, after, limit) => act('recentGenerations', [workspaceId, after, limit]),
    listAppCalls: (keyHash, page) => act('listAppCalls', [keyHash, page]),
    appUse: (keyHash, latest) => act('appUse', [keyHash, latest]),
    rankApps: (workspaceId, of) => act('rankApps', [workspaceId, of]),
    usage: (workspaceId, query) => act('usage', [workspaceId, query]),
    upsertApp: (workspaceId, referer, title) => act('upsertApp', [workspaceId, referer, title]),
    async pruneExplanations(before) {
      // In steps, so that calls are written in between.
      let pruned = 0
      for (let step = 1; step > 0; pruned += step) step = await act('pruneExplanations', [before])
      return pruned
    },
    listAudit: (workspaceId, limit) => act('listAudit', [workspaceId, limit]),
    followAudit: (from, most) => act('followAudit', [from, most]),
    findAuditSeal: () => act('findAuditSeal', []),
    useAuditKeys: (keys, missing) => act('useAuditKeys', [keys, missing]),
    appendAudit: (actor, action, object, details, at) => act('appendAudit', [actor, { action, object, details, at }]),
    putCredential: (credential, actor) => act('putCredential', [credential, actor]),
    findCredential: (id) => act('findCredential', [id]),
    listCredentials: (workspaceId) => act('listCredentials', [workspaceId]),
    removeCredential: (id, actor, at) => act('removeCredential', [id, actor, at]),
    noteCredential: (id, note) => act('noteCredential', [id, note]),
    reseal: (id, from, to) => act('reseal', [id, from, to]),
    putDek: (dek) => act('putDek', [dek]),
    findDek: (id) => act('findDek', [id]),
    currentDek: (workspaceId, userId) => act('currentDek', [workspaceId, userId]),
    listDeks: () => act('listDeks', []),
    rewrapDek: (id, from, to) => act('rewrapDek', [id, from, to]),
    putProvider: (provider, actor) => act('putProvider', [provider, actor]),
    listProviders: (workspaceId) => act('listProviders', [workspaceId]),
    removeProvider: (id, actor, at) => act('removeProvider', [id, actor, at]),
    createUser: (user, actor) => act('createUser', [user, actor]),
    findUser: (id) => act('findUser', [id]),
    listUsers: (workspaceId) => act('listUsers', [workspaceId]),
    updateUser: (id, patch, actor) => act('updateUser', [id, { patch, actor }]),
    signUp: (user, choice, terms) => act('signUp', [user, { ...terms, choice }]),
    createVisitor: (user, terms) => act('createVisitor', [user, terms]),
    findVisitor: (userId) => act('findVisitor', [userId]),
    identifyVisitor: (userId, identity, by) => act('identifyVisitor', [userId, { ...by, identity }]),
    removeVisitor: (userId) => act('removeVisitor', [userId]),
    async forgetVisitors(before) {
      let forgotten = 0
      for (let step = 1; step > 0; forgotten += step) step = await act('forgetVisitors', [before])
      return forgotten
    },
    eraseUser: (userId, by) => act('eraseUser', [userId, by]),
    putSetupToken: (token, actor) => act('putSetupToken', [token, actor]),
    redeemSetupToken: (hash, at) => act('redeemSetupToken', [hash, at]),
    findHiddenKey: (userId) => act('findHiddenKey', [userId]),
    findSetupToken: (hash, at) => act('findSetupToken', [hash, at]),
    completeSetup: (hash, choice, terms) => act('completeSetup', [hash, choice, terms]),
    useChallenge: (hash, times) => act('useChallenge', [hash, times]),
    createSession: (session, terms) => act('createSession', [session, terms]),
    findSession: (mac) => act('findSession', [mac]),
    touchSession: (id, seen) => act('touchSession', [id, seen]),
    listSessions: (userId) => act('listSessions', [userId]),
    endSessions: (which, actor) => act('endSessions', [which, actor]),
    countLogins: () => act('countLogins', []),
    findPassword: (by) => act('findPassword', [by]),
    putPassword: (password, terms) => act('putPassword', [password, terms]),
    findPasskey: (id) => act('findPasskey', [id]),
    listPasskeys: (userId) => act('listPasskeys', [userId]),
    addPasskey: (passkey, terms) => act('addPasskey', [passkey, terms]),
    notePasskey: (id, use) => act('notePasskey', [id, use]),
    removePasskey: (id, terms) => act('removePasskey', [id, terms]),
    findIdentity: (of) => act('findIdentity', [of]),
    listIdentities: (userId) => act('listIdentities', [userId]),
    addIdentity: (identity, terms) => act('addIdentity', [identity, terms]),
    signUpByIdentity: (user, identity, terms) => act('signUpByIdentity', [user, { identity, ...terms }]),
    noteIdentity: (id, use) => act('noteIdentity', [id, use]),
    removeIdentity: (id, terms) => act('removeIdentity', [id, terms]),
    putMailToken: (token, actor) => act('putMailToken', [token, actor]),
    findMailToken: (hash, of) => act('findMailToken', [hash, of]),
    pendingAddress: (userId, at) => act('pendingAddress', [userId, at]),
    confirmAddress: (hash, by) => act('confirmAddress', [hash, by]),
    resetPassword: (hash, password, by) => act('resetPassword', [hash, { ...by, password }]),
    noteVouchedAddress: (userId, of) => act('noteVouchedAddress', [userId, of]),
    verifiedEmail: (userId) => act('verifiedEmail', [userId]),
    findUserByVerifiedEmail: (workspaceId, email) => act('findUserByVerifiedEmail', [workspaceId, email]),
    listInvitations: (workspaceId, at) => act('listInvitations', [workspaceId, at]),
    withdrawInvitation: (userId, by) => act('withdrawInvitation', [userId, by]),
    findSecondFactor: (userId) => act('findSecondFactor', [userId]),
    countRecoveryCodes: (userId) => act('countRecoveryCodes', [userId]),
    beginSecondFactor: (factor, actor) => act('beginSecondFactor', [factor, actor]),
    confirmSecondFactor: (userId, terms) => act('confirmSecondFactor', [userId, terms]),
    takeTotpStep: (userId, of) => act('takeTotpStep', [userId, of]),
    takeRecoveryCode: (userId, terms) => act('takeRecoveryCode', [userId, terms]),
    renewRecoveryCodes: (userId, terms) => act('renewRecoveryCodes', [userId, terms]),
    removeSecondFactor: (userId, terms) => act('removeSecondFactor', [userId, terms]),
    takeDailyMessage: (userId, of) => act('takeDailyMessage', [userId, of]),
    returnDailyMessage: (userId, day) => act('returnDailyMessage', [userId, day]),
    dailyMessages: (userId, day) => act('dailyMessages', [userId, day]),
    beginConnectFlow: (flow, terms) => act('beginConnectFlow', [flow, terms]),
    findConnectFlow: (by) => act('findConnectFlow', [by]),
    lastConnectFlow: (userId, issuer) => act('lastConnectFlow', [userId, issuer]),
    consumeConnectFlow: (id, at) => act('consumeConnectFlow', [id, at]),
    endConnectFlow: (id, end) => act('endConnectFlow', [id, end]),
    takePendingKey: (id, terms) => act('takePendingKey', [id, terms]),
    saveConnection: (connection, kept) => act('saveConnection', [connection, kept]),
    findConnection: (credentialId) => act('findConnection', [credentialId]),
    listConnections: (limit) => act('listConnections', [limit]),
    findConnectionByAccount: (of) => act('findConnectionByAccount', [of]),
    noteConnection: (credentialId, note) => act('noteConnection', [credentialId, note]),
    endConnection: (credentialId, end) => act('endConnection', [credentialId, end]),
    beginAuth: (transaction, keep) => act('beginAuth', [transaction, keep]),
    findAuth: (id) => act('findAuth', [id]),
    decideAuth: (id, decision) => act('decideAuth', [id, decision]),
    putAuthCode: (code, actor) => act('putAuthCode', [code, actor]),
    findAuthCode: (hash) => act('findAuthCode', [hash]),
    countChallenge: (of) => act('countChallenge', [of]),
    noteAuthFailure: (hash, of) => act('noteAuthFailure', [hash, of]),
    redeemAuthCode: (hash, made) => act('redeemAuthCode', [hash, made]),
    noteAuthDelivered: (hash, at) => act('noteAuthDelivered', [hash, at]),
    listUndelivered: (before, limit) => act('listUndelivered', [before, limit]),
    pruneAuth: (before) => act('pruneAuth', [before]),
    findGrant: (keyHash) => act('findGrant', [keyHash]),
    listGrants: (of) => act('listGrants', [of]),
    findApp: (id) => act('findApp', [id]),
    getSetting: (name) => act('getSetting', [name]),
    putSetting: (name, value) => act('putSetting', [name, value]),
  }
}
