import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import * as answers from './answers.ts'
import * as appCalls from './app-calls.ts'
import * as asks from './asks.ts'
import * as attachments from './attachments.ts'
import * as audit from './audit.ts'
import * as seal from './audit-seal.ts'
import * as imports from './chat-imports.ts'
import * as search from './chat-search.ts'
import * as flows from './connect-flows.ts'
import * as connections from './connections.ts'
import type { ActContext } from './context.ts'
import * as conversations from './conversations.ts'
import * as daily from './daily-messages.ts'
import * as deleted from './deleted-conversations.ts'
import * as chats from './erase-chats.ts'
import * as erase from './erase-user.ts'
import * as folders from './folders.ts'
import * as identities from './identities.ts'
import * as invitations from './invitations.ts'
import * as keys from './keys.ts'
import * as ledger from './ledger.ts'
import * as logins from './logins.ts'
import * as mail from './mail.ts'
import * as messages from './messages.ts'
import * as money from './money.ts'
import * as oauth from './oauth.ts'
import * as people from './people.ts'
import * as preferences from './preferences.ts'
import * as prompts from './prompts.ts'
import * as factors from './second-factors.ts'
import * as sessions from './sessions.ts'
import * as settings from './settings.ts'
import * as setup from './setup.ts'
import * as door from './sign-up.ts'
import * as vault from './vault.ts'
import * as visitors from './visitors.ts'

/** Acts that only read. */
const READS = {
  findKeyByMac: keys.findKeyByMac,
  findKey: keys.findKey,
  listKeys: keys.listKeys,
  spendOf: money.spendOf,
  creditsOf: money.creditsOf,
  readCapFacts: money.readCapFacts,
  readSpends: money.readSpends,
  findGeneration: ledger.findGeneration,
  isSettled: ledger.isSettled,
  findExplanation: ledger.findExplanation,
  recentGenerations: ledger.recentGenerations,
  usage: ledger.usage,
  listAudit: audit.listAudit,
  followAudit: audit.followAudit,
  findAuditSeal: seal.findAuditSeal,
  findCredential: vault.findCredential,
  listCredentials: vault.listCredentials,
  findDek: vault.findDek,
  currentDek: vault.currentDek,
  listDeks: vault.listDeks,
  listProviders: settings.listProviders,
  findUser: people.findUser,
  findVisitor: visitors.findVisitor,
  listUsers: people.listUsers,
  findHiddenKey: keys.findHiddenKey,
  findSession: sessions.findSession,
  listSessions: sessions.listSessions,
  countLogins: logins.countLogins,
  findPassword: logins.findPassword,
  findPasskey: logins.findPasskey,
  listPasskeys: logins.listPasskeys,
  findIdentity: identities.findIdentity,
  listIdentities: identities.listIdentities,
  findMailToken: mail.findMailToken,
  pendingAddress: mail.pendingAddress,
  verifiedEmail: mail.verifiedEmail,
  findUserByVerifiedEmail: mail.findUserByVerifiedEmail,
  listInvitations: invitations.listInvitations,
  findSecondFactor: factors.findSecondFactor,
  countRecoveryCodes: factors.countRecoveryCodes,
  findSetupToken: setup.findSetupToken,
  dailyMessages: daily.dailyMessages,
  findConnectFlow: flows.findConnectFlow,
  lastConnectFlow: flows.lastConnectFlow,
  findConnection: connections.findConnection,
  listConnections: connections.listConnections,
  findConnectionByAccount: connections.findConnectionByAccount,
  findAuth: oauth.findAuth,
  findAuthCode: oauth.findAuthCode,
  countChallenge: oauth.countChallenge,
  listUndelivered: oauth.listUndelivered,
  findGrant: oauth.findGrant,
  listGrants: oauth.listGrants,
  findApp: oauth.findApp,
  listAppCalls: appCalls.listAppCalls,
  appUse: appCalls.appUse,
  rankApps: appCalls.rankApps,
  findConversation: conversations.findConversation,
  listConversations: conversations.listConversations,
  listConversationIds: conversations.listConversationIds,
  readConversation: messages.readConversation,
  listMessages: messages.listMessages,
  findMessage: messages.findMessage,
  findProgress: messages.findProgress,
  findAttachment: attachments.findAttachment,
  readAttachment: attachments.readAttachment,
  usedAttachmentBytes: attachments.usedAttachmentBytes,
  listFolders: folders.listFolders,
  listPrompts: prompts.listPrompts,
  findPrompt: prompts.findPrompt,
  listPromptVersions: prompts.listPromptVersions,
  namePromptVersions: prompts.namePromptVersions,
  searchChats: search.searchChats,
  findPreferences: preferences.findPreferences,
  getSetting: settings.getSetting,
  ping: settings.ping,
}

/** Acts that change something: each is one transaction. */
const WRITES = {
  bootstrap: people.bootstrap,
  createKey: keys.createKey,
  updateKey: keys.updateKey,
  revokeKey: keys.revokeKey,
  rotateKey: keys.rotateKey,
  grantCredit: money.grantCredit,
  upsertApp: settings.upsertApp,
  pruneExplanations: ledger.pruneExplanations,
  appendAudit: audit.appendAudit,
  useAuditKeys: seal.useAuditKeys,
  putCredential: vault.putCredential,
  removeCredential: vault.removeCredential,
  noteCredential: vault.noteCredential,
  reseal: vault.reseal,
  putDek: vault.putDek,
  rewrapDek: vault.rewrapDek,
  putProvider: settings.putProvider,
  removeProvider: settings.removeProvider,
  createUser: people.createUser,
  updateUser: people.updateUser,
  putMailToken: mail.putMailToken,
  confirmAddress: mail.confirmAddress,
  noteVouchedAddress: mail.noteVouchedAddress,
  resetPassword: mail.resetPassword,
  withdrawInvitation: invitations.withdrawInvitation,
  signUp: door.signUp,
  createVisitor: visitors.createVisitor,
  identifyVisitor: visitors.identifyVisitor,
  removeVisitor: visitors.removeVisitor,
  forgetVisitors: visitors.forgetVisitors,
  eraseUser: erase.eraseUser,
  putSetupToken: people.putSetupToken,
  redeemSetupToken: people.redeemSetupToken,
  completeSetup: setup.completeSetup,
  useChallenge: setup.useChallenge,
  createSession: sessions.createSession,
  touchSession: sessions.touchSession,
  endSessions: sessions.endSessions,
  putPassword: logins.putPassword,
  addPasskey: logins.addPasskey,
  notePasskey: logins.notePasskey,
  removePasskey: logins.removePasskey,
  addIdentity: identities.addIdentity,
  signUpByIdentity: identities.signUpByIdentity,
  noteIdentity: identities.noteIdentity,
  removeIdentity: identities.removeIdentity,
  beginSecondFactor: factors.beginSecondFactor,
  confirmSecondFactor: factors.confirmSecondFactor,
  takeTotpStep: factors.takeTotpStep,
  takeRecoveryCode: factors.takeRecoveryCode,
  renewRecoveryCodes: factors.renewRecoveryCodes,
  removeSecondFactor: factors.removeSecondFactor,
  takeDailyMessage: daily.takeDailyMessage,
  returnDailyMessage: daily.returnDailyMessage,
  beginConnectFlow: flows.beginConnectFlow,
  consumeConnectFlow: flows.consumeConnectFlow,
  endConnectFlow: flows.endConnectFlow,
  takePendingKey: flows.takePendingKey,
  saveConnection: connections.saveConnection,
  noteConnection: connections.noteConnection,
  endConnection: connections.endConnection,
  beginAuth: oauth.beginAuth,
  decideAuth: oauth.decideAuth,
  putAuthCode: oauth.putAuthCode,
  noteAuthFailure: oauth.noteAuthFailure,
  redeemAuthCode: oauth.redeemAuthCode,
  noteAuthDelivered: oauth.noteAuthDelivered,
  pruneAuth: oauth.pruneAuth,
  createConversation: conversations.createConversation,
  changeConversation: conversations.changeConversation,
  deleteConversation: deleted.deleteConversation,
  restoreConversation: deleted.restoreConversation,
  purgeConversations: deleted.purgeConversations,
  importConversation: imports.importConversation,
  indexMessages: imports.indexMessages,
  ask: asks.ask,
  noteAnswers: answers.noteAnswers,
  endAnswer: answers.endAnswer,
  interruptAnswers: answers.interruptAnswers,
  noteFigures: answers.noteFigures,
  putAttachment: attachments.putAttachment,
  pruneAttachments: attachments.pruneAttachments,
  createFolder: folders.createFolder,
  renameFolder: folders.renameFolder,
  removeFolder: folders.removeFolder,
  createPrompt: prompts.createPrompt,
  changePrompt: prompts.changePrompt,
  removePrompt: prompts.removePrompt,
  putPreferences: preferences.putPreferences,
  changePreferences: preferences.changePreferences,
  eraseChats: chats.eraseChats,
  putSetting: settings.putSetting,
}

type Acts = typeof READS & typeof WRITES
export type ActName = keyof Acts
/** An act's arguments, without its context. */
export type ActArguments<N extends ActName> = Acts[N] extends (context: ActContext, ...rest: infer A) => unknown
  ? A
  : never
export type ActResult<N extends ActName> = Awaited<ReturnType<Acts[N]>>

type Run = (context: ActContext, ...rest: readonly unknown[]) => Promise<unknown>

/**
 * Runs an act by name, in a transaction where it changes something. What caches must hear of is in `context.changes`
 * once it resolves. Arguments and result are typed where the act is asked for, not here: they may have crossed a thread.
 */
export async function runAct(context: ActContext, name: ActName, rest: readonly unknown[]): Promise<unknown> {
  // The one place where the name's types are given up; ActArguments holds whoever calls to them.
  const write = (WRITES as Record<string, unknown>)[name] as Run | undefined
  if (!write) return ((READS as Record<string, unknown>)[name] as Run)(context, ...rest)
  return context.db.transaction().execute(async (db: Kysely<Schema>) => {
    const result = await write({ ...context, db }, ...rest)
    await context.beforeCommit?.(db, context.changes)
    return result
  })
}
