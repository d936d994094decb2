import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import { includesRole } from '../../accounts/roles.ts'
import { findSignedIn, type SignedInUser } from '../../accounts/sessions.ts'
import { isOnTheWay } from '../../accounts/visitors.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Head } from '../access.ts'
import type { Edge } from '../edge.ts'
import { access } from '../route.ts'
import { requireOwnPage, requireType } from './page-origin.ts'
import { appHeaders } from './security-headers.ts'
import { readCookie, sessionCookie } from './session-cookie.ts'

/** A request of the app is a form's worth; the largest is a pasted service account of 8 KiB. Bytes. */
const APP_BODY_BYTES = 64 * 1024

/** Options of a route that only signed-in people may call. */
export const FOR_PEOPLE: RouteShorthandOptions = { ...access('session'), bodyLimit: APP_BODY_BYTES }
/** Options of a route that leads to a session: anyone may call it, from our own page. */
export const FOR_PAGE: RouteShorthandOptions = { ...access('page'), bodyLimit: APP_BODY_BYTES }

/**
 * Lets a request of the web app in: from our own page, and with a session where the route asks for one.
 * @throws KeywayError `origin_forbidden`, `content_type_unsupported`, `credentials_conflict`, `sign_in_required`
 */
export async function authorizeApp(
  request: FastifyRequest,
  reply: FastifyReply,
  edge: Edge,
  head: Head,
): Promise<void> {
  const publicUrl = edge.publicUrl()
  reply.headers(appHeaders(publicUrl))
  const { method, headers } = request
  requireOwnPage({ method, headers }, head.origin, { publicUrl, bind: edge.app.bind })
  if (head.token !== undefined) {
    throw new KeywayError('credentials_conflict', 'The app\u2019s own API takes a session and no key.')
  }
  const present = await findSession(request, edge)
  // A visitor on their way is nobody here yet.
  request.signedIn = present && isOnTheWay(present) ? undefined : present
  if (request.routeOptions.config.access === 'session' && request.signedIn === undefined) {
    throw new KeywayError('sign_in_required', 'You are not signed in.')
  }
  const owing = request.signedIn !== undefined && (await owesFactor(edge, request.signedIn))
  if (owing && !WHILE_OWING.test(request.routeOptions.url ?? '')) {
    throw new KeywayError('second_factor_required', 'Your role asks for more than a password here.')
  }
  // Last: what a body must be is nobody's to learn who may not send one.
  requireType({ method, headers, takes: request.routeOptions.config.takes })
}

/** Where whoever owes a second factor finds what to do about it. */
export const OWING_PAGE = '/settings/account'

/**
 * What whoever owes a second factor may do: add one, look after how they sign in, and leave. Navigations, which no hook
 * stands before, ask {@link owesFactor} themselves.
 */
const WHILE_OWING =
  /^\/api\/app\/(?:state|setup|login|logout|me|email\/confirm|second-factor|passkeys|password|password-reset|sessions|identities)(?:\/|$)/

/** Whether the operator asks this person for a second factor that they have not: their password alone let them in. */
export async function owesFactor(
  { app, store }: Pick<Edge, 'app' | 'store'>,
  { user, session }: SignedInUser,
): Promise<boolean> {
  if (app.requireSecondFactor === 'nobody' || !includesRole(user.role, 'admin')) return false
  return session.method === 'password' && (await store.findSecondFactor(user.id))?.confirmedAt == null
}

/** Whoever has a session in this browser that still holds; also a visitor who is on the way to the issuer. */
export async function findSession(request: FastifyRequest, edge: Edge): Promise<SignedInUser | undefined> {
  const secret = readCookie(sessionCookie(edge.publicUrl(), edge.store.installId), request.headers.cookie)
  return secret === undefined ? undefined : findSignedIn(edge.app.signIn, secret, clientOf(request))
}

/** Whoever the access hook let in. */
export function personOf(request: FastifyRequest): SignedInUser {
  if (!request.signedIn) throw new KeywayError('internal', 'The route ran without a session.')
  return request.signedIn
}

/** Where a request came from, as sessions and audit rows keep it. */
export function clientOf(request: FastifyRequest): { ip: string; userAgent: string | null } {
  return { ip: request.ip, userAgent: request.headers['user-agent'] ?? null }
}
