import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import * as audit from './audit.ts'
import * as flows from './connect-flows.ts'
import * as connections from './connections.ts'
import type { ActContext } from './context.ts'
import * as daily from './daily-messages.ts'
import * as keys from './keys.ts'
import * as ledger from './ledger.ts'
import * as logins from './logins.ts'
import * as money from './money.ts'
import * as people from './people.ts'
import * as sessions from './sessions.ts'
import * as settings from './settings.ts'
import * as setup from './setup.ts'
import * as vault from './vault.ts'

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
  findCredential: vault.findCredential,
  listCredentials: vault.listCredentials,
  findDek: vault.findDek,
  currentDek: vault.currentDek,
  listDeks: vault.listDeks,
  listProviders: settings.listProviders,
  findUser: people.findUser,
  listUsers: people.listUsers,
  findHiddenKey: keys.findHiddenKey,
  findSession: sessions.findSession,
  listSessions: sessions.listSessions,
  countLogins: logins.countLogins,
  findPassword: logins.findPassword,
  findPasskey: logins.findPasskey,
  listPasskeys: logins.listPasskeys,
  findSetupToken: setup.findSetupToken,
  dailyMessages: daily.dailyMessages,
  findConnectFlow: flows.findConnectFlow,
  lastConnectFlow: flows.lastConnectFlow,
  findConnection: connections.findConnection,
  listConnections: connections.listConnections,
  findConnectionByAccount: connections.findConnectionByAccount,
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
  takeDailyMessage: daily.takeDailyMessage,
  beginConnectFlow: flows.beginConnectFlow,
  consumeConnectFlow: flows.consumeConnectFlow,
  endConnectFlow: flows.endConnectFlow,
  takePendingKey: flows.takePendingKey,
  saveConnection: connections.saveConnection,
  noteConnection: connections.noteConnection,
  endConnection: connections.endConnection,
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
