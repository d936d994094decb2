import { type AuthorizationCode, ConnectError, type ConnectedKey, exchangeCode, keyHash } from '@keyway/connect'
import { z } from 'zod'
import { arrive, hasOwnLogin, VISITOR_NAME } from '../accounts/visitors.ts'
import type { ConnectFlowRecord, ConnectionRecord } from '../store/link-records.ts'
import type { Identity } from '../store/visitor-store.ts'
import { connectionId } from './connection-id.ts'
import { fetchOver } from './fetch-over.ts'
import { openFlowSecret, sealFlowSecret } from './flow-secrets.ts'
import { apiUrl } from './issuer.ts'
import { askEmail, askKey } from './key-facts.ts'
import type { LinkDeps, LinkPerson } from './link-deps.ts'
import type { ConnectOutcome, ConnectResult } from './outcome.ts'

/** How long a key of another account waits for the person's word, in milliseconds. */
const PENDING_MS = 5 * 60_000

/** Characters of a name. */
const NAME_CHARS_MAX = 100

/** Before anything that was pasted: what a person just connected is what they want to use. */
const PRIORITY = 0

const pendingKey = z.object({ key: z.string(), userId: z.string().nullable() })

/**
 * Exchanges the code of a flow that is used up already, once, and keeps the key. A failure from here on means another
 * authorization; nothing is tried again.
 */
export async function redeem(
  deps: LinkDeps,
  flow: ConnectFlowRecord & { verifier: Uint8Array },
  of: { code: AuthorizationCode; person: LinkPerson },
): Promise<ConnectResult> {
  const { store, ring, clock } = deps
  const { person } = of
  const end = async (outcome: ConnectOutcome) => {
    await store.endConnectFlow(flow.id, { outcome, pending: null, at: clock.now(), actor: person.actor })
    return { outcome, returnTo: flow.returnTo, flowId: undefined }
  }
  const seal = { installId: store.installId, flowId: flow.id, userId: flow.userId }
  let connected: ConnectedKey
  try {
    connected = await exchangeCode(of.code, {
      issuer: flow.issuerUrl,
      verifier: openFlowSecret(ring, { ...seal, purpose: 'verifier' }, flow.verifier),
      fetch: fetchOver(deps.dispatch, deps.issuer.addresses),
    })
  } catch (error) {
    if (error instanceof ConnectError) return end(outcomeOf(error))
    deps.report(error)
    return end('unavailable')
  }
  if (person.arriving) return letIn(deps, flow, { connected, person, end })
  if (await isAnother(deps, flow, connected)) {
    const sealed = sealFlowSecret(ring, { ...seal, purpose: 'pending' }, JSON.stringify(connected))
    const pending = { sealed, until: clock.now() + PENDING_MS }
    await store.endConnectFlow(flow.id, { outcome: 'confirm', pending, at: clock.now(), actor: person.actor })
    return { outcome: 'confirm', returnTo: flow.returnTo, flowId: flow.id }
  }
  try {
    const outcome = await keepKey(deps, flow, { connected, person })
    const result = { outcome, returnTo: flow.returnTo, flowId: undefined }
    const proved = outcome === 'done' && (await isVisitorsOwn(deps, flow, connected))
    return proved ? { ...result, proved: flow.userId } : result
  } catch (error) {
    // The key exists there and not here: the person is told to delete it.
    deps.report(error)
    return end('unknown')
  }
}

/**
 * Lets a visitor in as who the issuer says they are, and keeps the key as that person's. Where they are not let in, the key
 * is kept nowhere.
 */
async function letIn(
  deps: LinkDeps,
  flow: ConnectFlowRecord,
  of: { connected: ConnectedKey; person: LinkPerson; end(outcome: ConnectOutcome): Promise<ConnectResult> },
): Promise<ConnectResult> {
  const { connected, person, end } = of
  const { issuer, issuerUrl } = flow
  if (connected.userId === null) return end('unidentified')
  const identity = { issuer, issuerUrl, accountId: connected.userId }
  const visitor = { id: flow.userId, workspaceId: flow.workspaceId }
  const arrival = await arrive(deps, visitor, { identity, at: deps.clock.now() })
  if (arrival.kind !== 'arrived') return end(arrival.kind)
  const { userId } = arrival
  const as = { userId, actor: { ...person.actor, id: userId } }
  try {
    const outcome = await keepKey(deps, { ...flow, userId }, { connected, person: as })
    const result = { outcome, returnTo: flow.returnTo, flowId: undefined }
    if (outcome !== 'done') return result
    await nameVisitor(deps, as, identity)
    return { ...result, proved: userId }
  } catch (error) {
    deps.report(error)
    return end('unknown')
  }
}

/** Nobody asked for a name: the address that the issuer tells, as a name and nothing else, until the person says otherwise. */
async function nameVisitor({ store }: LinkDeps, person: LinkPerson, identity: Identity): Promise<void> {
  const user = await store.findUser(person.userId)
  const email = (await store.findConnectionByAccount(identity))?.email ?? null
  if (user?.name === VISITOR_NAME && email !== null) {
    await store.updateUser(user.id, { name: email.slice(0, NAME_CHARS_MAX) }, person.actor)
  }
}

/** Whether a visitor who is signed in approved as who they are here: it proves them anew, where nothing else would. */
async function isVisitorsOwn(deps: LinkDeps, flow: ConnectFlowRecord, connected: ConnectedKey): Promise<boolean> {
  const identity = (await deps.store.findVisitor(flow.userId))?.identity
  const same = identity?.issuerUrl === flow.issuerUrl && identity.issuer === flow.issuer
  if (!same || connected.userId !== identity.accountId) return false
  return !(await hasOwnLogin(deps.store, flow.userId))
}

/** Keeps the key that waited for the person's word. @returns `expired` where it waited too long, or somebody else asks */
export async function confirmKey(deps: LinkDeps, person: LinkPerson, flowId: string): Promise<ConnectOutcome> {
  const { store, ring, clock } = deps
  const terms = { userId: person.userId, outcome: 'confirmed', at: clock.now() }
  const flow = await store.takePendingKey(flowId, terms)
  if (flow === undefined || flow.pending === null) return 'expired'
  const seal = { installId: store.installId, flowId, userId: flow.userId, purpose: 'pending' } as const
  const connected = pendingKey.parse(JSON.parse(openFlowSecret(ring, seal, flow.pending)))
  return keepKey(deps, flow, { connected, person })
}

/** Forgets the key that waited. @returns false when there was none */
export async function discardKey(deps: LinkDeps, person: LinkPerson, flowId: string): Promise<boolean> {
  const { store, clock } = deps
  const terms = { userId: person.userId, outcome: 'discarded', at: clock.now() }
  const flow = await store.takePendingKey(flowId, terms)
  if (flow === undefined) return false
  const details = { flow: flowId, outcome: 'discarded' }
  await store.appendAudit(person.actor, 'connect.refused', flow.issuer, details, clock.now())
  return true
}

async function isAnother(deps: LinkDeps, flow: ConnectFlowRecord, connected: ConnectedKey): Promise<boolean> {
  const id = connectionId({ installId: deps.store.installId, userId: flow.userId, issuer: flow.issuer })
  const known = await deps.store.findConnection(id)
  if (known?.state !== 'connected' || known.issuerUrl !== flow.issuerUrl) return false
  return known.accountId !== null && connected.userId !== null && known.accountId !== connected.userId
}

/** Seals the key in place of the one before, then asks what it may do. */
async function keepKey(
  deps: LinkDeps,
  flow: ConnectFlowRecord,
  of: { connected: ConnectedKey; person: LinkPerson },
): Promise<ConnectOutcome> {
  const { store, vault, clock, dispatch, issuer } = deps
  const { connected, person } = of
  const { userId, workspaceId } = flow
  const credentialId = connectionId({ installId: store.installId, userId, issuer: flow.issuer })
  const connection: ConnectionRecord = {
    credentialId,
    workspaceId,
    userId,
    issuer: flow.issuer,
    issuerUrl: flow.issuerUrl,
    state: 'connected',
    accountId: connected.userId,
    email: null,
    keyHash: keyHash(connected.key),
    previousKeyHash: null,
    keyEnded: false,
    facts: null,
    connectedAt: clock.now(),
    checkedAt: null,
    endedAt: null,
  }
  const credential = {
    id: credentialId,
    workspaceId,
    userId,
    provider: issuer.provider,
    name: issuer.name,
    baseUrl: apiUrl(issuer),
    priority: PRIORITY,
    allowPrivate: issuer.addresses === 'private-allowed',
    secret: connected.key,
  }
  await vault.putConnected(credential, async (record) => {
    await store.saveConnection(connection, { credential: record, flowId: flow.id, actor: person.actor })
  })
  const [answer, email] = await Promise.all([
    askKey(dispatch, issuer, connected.key),
    askEmail(dispatch, issuer, connected.key),
  ])
  if (answer.kind === 'refused') {
    const end = { state: 'revoked', keyHash: connection.keyHash, at: clock.now(), actor: person.actor } as const
    await store.endConnection(credentialId, end)
    return 'rejected'
  }
  if (answer.kind === 'known') {
    await store.noteConnection(credentialId, {
      keyHash: connection.keyHash,
      facts: answer.facts,
      email,
      at: clock.now(),
    })
  }
  return 'done'
}

function outcomeOf(error: ConnectError): ConnectOutcome {
  if (error.code === 'refused') return 'rejected'
  return error.code === 'malformed' ? 'bad_reply' : 'unavailable'
}
