import {
  type AuthorizationCode,
  ConnectError,
  type ConnectErrorCode,
  readCallback,
  readPastedCode,
} from '@keyway/connect'
import type { ConnectFlowRecord } from '../store/link-records.ts'
import { flowCookieName, hashOf, isSecretOf } from './flow-secrets.ts'
import type { LinkDeps, LinkPerson } from './link-deps.ts'
import type { ConnectOutcome, ConnectResult } from './outcome.ts'
import { redeem } from './redeem.ts'
import { SETTINGS_PATH } from './return-to.ts'

/** A browser that came back. */
export type Callback = {
  /** The issuer that the path names. */
  issuer: string
  /** The query as it came, without the question mark. */
  query: string
  /** Whoever is signed in in this browser. */
  person: LinkPerson | undefined
  /** A cookie's value, where it is there once. */
  cookie(name: string): string | undefined
}

/** A used flow without an outcome is being worked on for at most this long, in milliseconds; then it was cut off. */
export const WORK_MS = 60_000

const OUTCOMES: Record<ConnectErrorCode, ConnectOutcome> = {
  denied: 'denied',
  expired: 'expired',
  state_mismatch: 'wrong_issuer',
  refused: 'rejected',
  unreachable: 'unavailable',
  malformed: 'malformed',
  // Flows of ours are kept in the store, which fails in its own words.
  storage: 'unavailable',
}

/**
 * Finishes what a browser began. Everything is checked before the issuer is asked anything: who is signed in, the
 * browser's cookie, that it is the same person, in time, from the issuer that was asked, with one code.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.7
 */
export async function finishFlow(deps: LinkDeps, callback: Callback): Promise<ConnectResult> {
  const { store } = deps
  const { person } = callback
  const state = stateOf(callback.query)
  const stateHash = state === undefined ? undefined : hashOf(state)
  const found = stateHash === undefined ? undefined : await store.findConnectFlow({ stateHash })
  const flow = found !== undefined && isBrowserOf(deps, callback, found) ? found : undefined
  if (flow === undefined || state === undefined) {
    if (person === undefined) return { outcome: 'signed_out', returnTo: SETTINGS_PATH, flowId: undefined }
    const details = { outcome: 'wrong_browser' }
    await store.appendAudit(person.actor, 'connect.refused', callback.issuer, details, deps.clock.now())
    return { outcome: 'wrong_browser', returnTo: SETTINGS_PATH, flowId: undefined }
  }
  const refusal = refusalOf(deps, flow, callback)
  if (refusal !== undefined) return end(deps, flow, { outcome: refusal, person })
  const read = readCode(() => readCallback(callback.query, { state, issuer: flow.issuerUrl }))
  return finish(deps, flow, { read, person })
}

/** Finishes what was begun without a browser, with what the person pasted. */
export async function finishHeadless(
  deps: LinkDeps,
  person: LinkPerson,
  of: { flowId: string; pasted: string },
): Promise<ConnectResult> {
  const flow = await deps.store.findConnectFlow({ id: of.flowId })
  if (flow === undefined || flow.stateHash !== null || flow.userId !== person.userId) {
    return { outcome: 'expired', returnTo: SETTINGS_PATH, flowId: undefined }
  }
  const refusal = refusalOf(deps, flow, { issuer: flow.issuer, person })
  if (refusal !== undefined) return end(deps, flow, { outcome: refusal, person })
  return finish(deps, flow, { read: readCode(() => readPastedCode(of.pasted)), person })
}

async function finish(
  deps: LinkDeps,
  flow: ConnectFlowRecord,
  of: { read: AuthorizationCode | ConnectError; person: LinkPerson | undefined },
): Promise<ConnectResult> {
  const { read, person } = of
  if (read instanceof ConnectError) {
    const outcome = OUTCOMES[read.code]
    // Nothing was said that could be acted upon: the right answer may still come.
    if (outcome === 'malformed') return note(deps, flow, { outcome, person })
    return end(deps, flow, { outcome, person })
  }
  if (person === undefined) return end(deps, flow, { outcome: 'signed_out', person })
  const { verifier } = flow
  const mine = verifier !== null && (await deps.store.consumeConnectFlow(flow.id, deps.clock.now()))
  if (!mine) return resultOf(flow, 'replayed')
  return redeem(deps, { ...flow, verifier }, { code: read, person })
}

/** The state of a callback that has one. */
function stateOf(query: string): string | undefined {
  const [state, ...others] = new URLSearchParams(query).getAll('state')
  return others.length === 0 && state !== undefined && /^[\w-]{43}$/.test(state) ? state : undefined
}

function isBrowserOf(deps: LinkDeps, callback: Callback, flow: ConnectFlowRecord): boolean {
  const { stateHash, cookieHash } = flow
  if (stateHash === null || cookieHash === null) return false
  const publicUrl = deps.publicUrl()
  const secret = callback.cookie(flowCookieName({ stateHash, installId: deps.store.installId, publicUrl }))
  return secret !== undefined && isSecretOf(secret, cookieHash)
}

/** Why a flow is not gone on with, in the order in which it is asked. */
function refusalOf(
  deps: LinkDeps,
  flow: ConnectFlowRecord,
  from: Pick<Callback, 'issuer' | 'person'>,
): ConnectOutcome | undefined {
  const now = deps.clock.now()
  if (from.person === undefined) return 'signed_out'
  if (from.person.userId !== flow.userId) return 'wrong_user'
  if (flow.consumedAt !== null) {
    const cutOff = flow.outcome === null && now - flow.consumedAt > WORK_MS
    return cutOff || flow.outcome === 'unknown' ? 'unknown' : 'replayed'
  }
  if (flow.expiresAt <= now) return 'expired'
  if (from.issuer !== flow.issuer) return 'wrong_issuer'
  if (!deps.enabled || flow.issuer !== deps.issuer.id || flow.issuerUrl !== deps.issuer.url) return 'changed'
  return undefined
}

function readCode(read: () => AuthorizationCode): AuthorizationCode | ConnectError {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConnectError) return error
    throw error
  }
}

/** Ends the flow, and says so in the audit log, in the name of whoever came. */
async function end(
  deps: LinkDeps,
  flow: ConnectFlowRecord,
  of: { outcome: ConnectOutcome; person: LinkPerson | undefined },
): Promise<ConnectResult> {
  if (flow.consumedAt !== null) return note(deps, flow, of)
  const actor = of.person?.actor ?? { id: flow.userId, workspaceId: flow.workspaceId }
  await deps.store.endConnectFlow(flow.id, { outcome: of.outcome, pending: null, at: deps.clock.now(), actor })
  return resultOf(flow, of.outcome)
}

/** Says in the audit log that somebody was refused, and leaves the flow as it is. */
async function note(
  deps: LinkDeps,
  flow: ConnectFlowRecord,
  of: { outcome: ConnectOutcome; person: LinkPerson | undefined },
): Promise<ConnectResult> {
  const { outcome, person } = of
  const actor = person?.actor ?? { id: flow.userId, workspaceId: flow.workspaceId }
  await deps.store.appendAudit(actor, 'connect.refused', flow.issuer, { flow: flow.id, outcome }, deps.clock.now())
  return resultOf(flow, outcome)
}

function resultOf(flow: ConnectFlowRecord, outcome: ConnectOutcome): ConnectResult {
  return { outcome, returnTo: flow.returnTo, flowId: undefined }
}
