import { randomBytes } from 'node:crypto'
import { type Authorization, createAuthorization } from '@keyway/connect'
import { KeywayError } from '../base/errors.ts'
import { rowId } from '../base/ids.ts'
import { formatUsd, type Nano } from '../base/money.ts'
import type { ConnectFlowRecord } from '../store/link-records.ts'
import type { Reset } from '../store/records.ts'
import { flowCookieName, hashOf, sealFlowSecret } from './flow-secrets.ts'
import type { LinkDeps, LinkPerson } from './link-deps.ts'
import { safeReturnTo } from './return-to.ts'

/** What the person chose for the key, all optional. */
export type StartOptions = {
  limit?: Nano | undefined
  reset?: Reset | undefined
  /** Milliseconds since the epoch. */
  expiresAt?: number | undefined
  /** A path of the app. */
  returnTo?: string | undefined
}

/** Where to send the browser, and the cookie that binds it. */
export type StartedFlow = { url: string; cookie: { name: string; value: string; maxAgeMs: number } }

/** Where a person goes in any browser to fetch a code, and what it is pasted back under. */
export type StartedHeadless = { flowId: string; url: string; expiresAt: number }

/** Flows that one user may have open: tabs and second tries. The oldest goes. */
const FLOWS_MAX = 5
/** What came of a flow can be told for a day. Milliseconds. */
const FLOWS_KEPT_MS = 24 * 60 * 60_000
/** Bytes in a flow's cookie. */
const COOKIE_BYTES = 32
const LABEL_CHARS_MAX = 100

/** Begins a flow in a browser. @throws KeywayError `not_found` where the operator switched it off; `invalid_request` */
export async function startFlow(deps: LinkDeps, person: LinkPerson, options: StartOptions): Promise<StartedFlow> {
  const { issuer, flowMs } = deps
  const publicUrl = deps.publicUrl()
  const authorization = await authorize(deps, options, `${publicUrl}/connect/${issuer.id}/callback`)
  const stateHash = hashOf(authorization.state ?? '')
  const value = randomBytes(COOKIE_BYTES).toString('base64url')
  await keep(deps, person, { authorization, options, stateHash, cookieHash: hashOf(value) })
  const name = flowCookieName({ stateHash, installId: deps.store.installId, publicUrl })
  return { url: authorization.url, cookie: { name, value, maxAgeMs: flowMs } }
}

/** Begins a flow that needs no way back. @throws as {@link startFlow} */
export async function startHeadless(
  deps: LinkDeps,
  person: LinkPerson,
  options: StartOptions,
): Promise<StartedHeadless> {
  const authorization = await authorize(deps, options, undefined)
  const { id, expiresAt } = await keep(deps, person, { authorization, options, stateHash: null, cookieHash: null })
  return { flowId: id, url: authorization.url, expiresAt }
}

function authorize(deps: LinkDeps, options: StartOptions, callbackUrl: string | undefined): Promise<Authorization> {
  const { limit, reset, expiresAt } = options
  if (!deps.enabled) throw new KeywayError('not_found', `Connecting ${deps.issuer.name} is switched off here.`)
  if (expiresAt !== undefined && !(expiresAt > deps.clock.now())) {
    throw new KeywayError('invalid_request', '"expires_at" is invalid: expected a moment to come.')
  }
  return createAuthorization({
    issuer: deps.issuer.url,
    keyLabel: `Keyway at ${new URL(deps.publicUrl()).host}`.slice(0, LABEL_CHARS_MAX),
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
    ...(limit === undefined ? {} : { limit: formatUsd(limit) }),
    ...(reset === undefined ? {} : { usageLimitType: reset }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  })
}

async function keep(
  deps: LinkDeps,
  person: LinkPerson,
  of: { authorization: Authorization; options: StartOptions; stateHash: string | null; cookieHash: string | null },
): Promise<ConnectFlowRecord> {
  const { store, ring, issuer, clock, flowMs } = deps
  const { userId, actor } = person
  const id = rowId('flow')
  const now = clock.now()
  const seal = { installId: store.installId, flowId: id, userId, purpose: 'verifier' } as const
  const flow: ConnectFlowRecord = {
    id,
    workspaceId: actor.workspaceId,
    userId,
    issuer: issuer.id,
    issuerUrl: issuer.url,
    stateHash: of.stateHash,
    cookieHash: of.cookieHash,
    verifier: sealFlowSecret(ring, seal, of.authorization.verifier),
    returnTo: safeReturnTo(of.options.returnTo),
    createdAt: now,
    expiresAt: now + flowMs,
    consumedAt: null,
    outcome: null,
    pending: null,
  }
  await store.beginConnectFlow(flow, { keep: FLOWS_MAX, forgetBefore: now - FLOWS_KEPT_MS, actor })
  return flow
}
