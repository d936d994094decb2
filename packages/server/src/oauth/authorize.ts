import { actorOf, type Client, requireFresh, type SignedInUser } from '../accounts/sessions.ts'
import { KeywayError } from '../base/errors.ts'
import { rowId } from '../base/ids.ts'
import { parseUsd } from '../base/money.ts'
import type { AuthRequest, AuthTransactionRecord } from '../store/oauth-records.ts'
import { identify, refererOf, requireAdmitted } from './app-identity.ts'
import { answerAddress } from './callback-url.ts'
import { weaknessOf } from './challenge-rules.ts'
import { isDocumentAddress, SITE_MS } from './client-document.ts'
import { makeCode } from './code.ts'
import { keyNameOf } from './key-name.ts'
import { type OauthDeps, policyOf } from './oauth-deps.ts'
import { readAuthQuery } from './request.ts'
import { browserHash, csrfToken, isCsrfToken, isSecretForm, newSecret } from './secrets.ts'
import { readStandardQuery } from './standard-request.ts'
import { stranger } from './stranger.ts'
import { type Bounds, boundsOf, type Choice, defaultsOf, grantedTerms } from './terms.ts'

/** Requests that one browser keeps open; more tabs than anybody has. */
const PER_BROWSER = 20
/** Requests that are kept at all, 2 KB each at most: what strangers can make us store. */
const ALL = 10_000
/** Logos that are kept, of 37 KB each at most; the newest requests have them. */
const LOGOS = 1_000
/** A challenge that was used within this time for the same app is told of: it should be new each time. */
const REUSE_MS = 30 * 24 * 60 * 60_000

/** A request that was taken in. The browser is to keep the secret in its cookie. */
export type Begun = { id: string; browserSecret: string }

/**
 * Takes in what `GET /auth` says, and keeps it here: from now on only its id travels.
 * @param query as it came, without the question mark
 * @param browserSecret what the browser's cookie holds already
 * @throws KeywayError `invalid_request`; nothing is kept then
 */
export async function beginAuthorization(
  deps: OauthDeps,
  query: string,
  browserSecret: string | undefined,
): Promise<Begun> {
  const rules = { policy: policyOf(deps.settings), ownOrigin: deps.publicUrl(), now: deps.clock.now() }
  const request = readAuthQuery(query, rules)
  requireAdmitted(request, deps.settings)
  return keepRequest(deps, { request, logo: null }, browserSecret)
}

/**
 * The same for `GET /oauth/authorize`.
 * @throws KeywayError `invalid_request`; nothing is kept then
 */
export async function beginStandard(deps: OauthDeps, query: string, browserSecret: string | undefined): Promise<Begun> {
  const until = AbortSignal.timeout(SITE_MS)
  const of = { dispatch: deps.dispatch, until, publicUrl: deps.publicUrl(), now: deps.clock.now() }
  const { request, logo } = await readStandardQuery(query, of)
  requireAdmitted(request, deps.settings)
  return keepRequest(deps, { request, logo: logo === null ? null : await deps.logos(logo, until) }, browserSecret)
}

async function keepRequest(
  { store, clock, settings }: OauthDeps,
  { request, logo }: Pick<AuthTransactionRecord, 'request' | 'logo'>,
  browserSecret: string | undefined,
): Promise<Begun> {
  const secret = browserSecret !== undefined && isSecretForm(browserSecret) ? browserSecret : newSecret()
  const now = clock.now()
  const id = rowId('auth')
  const times = { createdAt: now, expiresAt: now + settings.request_ms, decidedAt: null, decision: null }
  await store.beginAuth(
    { id, browserHash: browserHash(secret), request, logo, ...times },
    { perBrowser: PER_BROWSER, all: ALL, logos: LOGOS },
  )
  return { id, browserSecret: secret }
}

/**
 * The request, in the browser that it began in.
 * @throws KeywayError `not_found` when it is another browser's, unknown or over, which are all told alike
 */
export async function findRequest(
  { store, clock }: OauthDeps,
  id: string,
  browserSecret: string | undefined,
): Promise<AuthTransactionRecord> {
  const found = /^auth_\w{24}$/.test(id) ? await store.findAuth(id) : undefined
  const own = browserSecret !== undefined && found?.browserHash === browserHash(browserSecret)
  if (!own || found === undefined || found.expiresAt <= clock.now()) {
    throw new KeywayError('not_found', 'This request is over, or began in another browser.', {
      fix: 'Go back to the app and start again.',
    })
  }
  return found
}

/** What the consent page shows of a request. */
export type Question = {
  transaction: AuthTransactionRecord
  app: ReturnType<typeof identify>
  keyName: string
  bounds: Bounds
  proposed: Omit<Choice, 'models' | 'identity'>
  weak: ReturnType<typeof weaknessOf>
  /** The person gave this app a key before, and has not taken it back. */
  known: 'before' | 'first-time'
  challenge: 'new' | 'used-before'
  /** With it, and in this session only, the request may be allowed; null before anybody signed in. */
  csrf: string | null
}

/** Puts together what the person is asked. @throws KeywayError `not_found` */
export async function readQuestion(
  deps: OauthDeps,
  transaction: AuthTransactionRecord,
  person: SignedInUser | undefined,
): Promise<Question> {
  const { store, settings, ring, clock } = deps
  const { request, id } = transaction
  const now = clock.now()
  const weak = weaknessOf(request)
  const bounds = boundsOf(request, settings, { now, weak })
  return {
    transaction,
    app: identify(request, settings),
    keyName: keyNameOf(request),
    bounds,
    proposed: defaultsOf(bounds, settings, now),
    weak,
    known: person !== undefined && (await hasGrant(deps, person, request)) ? 'before' : 'first-time',
    challenge: person !== undefined && (await wasUsed(store, person, request, now)) ? 'used-before' : 'new',
    csrf: person === undefined ? null : csrfToken(ring.csrf, { transactionId: id, sessionId: person.session.id }),
  }
}

/** What came of a decision: the address to go to, or the code to show. */
export type Decided = { redirectUrl: string | null; code: string | null }

/**
 * Lets the app have a key on these terms: makes the code that it will exchange for one.
 * @throws KeywayError `origin_forbidden` for a wrong token, `sign_in_again`, `conflict` when it was decided before,
 *   `invalid_request` naming the choice
 */
export async function allow(
  deps: OauthDeps,
  transaction: AuthTransactionRecord,
  by: { person: SignedInUser; client: Client; csrf: string; choice: Choice },
): Promise<Decided> {
  const { store, settings, clock, ring } = deps
  const { person, choice } = by
  const { request, id } = transaction
  if (!isCsrfToken(by.csrf, ring.csrf, { transactionId: id, sessionId: person.session.id })) {
    throw new KeywayError('origin_forbidden', 'The page is of another session; reload it.')
  }
  requireOpen(transaction)
  // Again: the operator may have closed the door since the request came.
  requireAdmitted(request, settings)
  const now = clock.now()
  const weak = weaknessOf(request)
  const terms = grantedTerms(choice, boundsOf(request, settings, { now, weak }), { name: keyNameOf(request), now })
  if (terms.limit > parseUsd(settings.fresh_above_usd)) requireFresh(person, clock)
  const { code, record } = await makeCode(deps, request, { user: person.user, terms })
  const actor = actorOf(person.user, by.client)
  if (!(await store.decideAuth(id, { code: record, at: now, actor }))) throw decidedBefore()
  if (request.callbackUrl === null) return { redirectUrl: null, code }
  return {
    redirectUrl: answerAddress(request.callbackUrl, { code, state: request.state, iss: deps.publicUrl() }),
    code: null,
  }
}

/**
 * Refuses. A program on this computer is told; a site that nobody vouches for is not redirected to.
 * @throws KeywayError `conflict` when it was decided before
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.11.2
 */
export async function deny(
  deps: OauthDeps,
  transaction: AuthTransactionRecord,
  by: { person: SignedInUser | undefined; client: Client },
): Promise<Decided> {
  requireOpen(transaction)
  const { store, clock, settings, workspaceId } = deps
  const actor = by.person === undefined ? stranger(workspaceId, by.client) : actorOf(by.person.user, by.client)
  if (!(await store.decideAuth(transaction.id, { code: null, at: clock.now(), actor }))) throw decidedBefore()
  const { request } = transaction
  const { kind, name } = identify(request, settings)
  const vouched = name !== null || (request.clientId !== null && isDocumentAddress(request.clientId))
  const told = request.callbackUrl !== null && (kind === 'this-computer' || vouched)
  if (!told || request.callbackUrl === null) return { redirectUrl: null, code: null }
  const answer = {
    error: 'access_denied',
    error_description: 'The person refused.',
    state: request.state,
    iss: deps.publicUrl(),
  }
  return { redirectUrl: answerAddress(request.callbackUrl, answer), code: null }
}

function requireOpen({ decidedAt }: AuthTransactionRecord): void {
  if (decidedAt !== null) throw decidedBefore()
}

function decidedBefore(): KeywayError {
  return new KeywayError('conflict', 'This request was decided already.', {
    fix: 'Go back to the app and start again.',
  })
}

async function hasGrant({ store }: OauthDeps, { user }: SignedInUser, request: AuthRequest): Promise<boolean> {
  if (request.origin === null) return false
  const app = await store.upsertApp(user.workspaceId, refererOf(request), null)
  return (await store.listGrants({ userId: user.id, appId: app.id, most: 1 })).length > 0
}

async function wasUsed(
  store: OauthDeps['store'],
  { user }: SignedInUser,
  request: AuthRequest,
  now: number,
): Promise<boolean> {
  if (request.challenge === null) return false
  const app = await store.upsertApp(user.workspaceId, refererOf(request), null)
  return (await store.countChallenge({ appId: app.id, challenge: request.challenge, since: now - REUSE_MS })) > 0
}
