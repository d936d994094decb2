import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { actorOf, type SignedInUser } from '../accounts/sessions.ts'
import { isOnTheWay } from '../accounts/visitors.ts'
import { KeywayError } from '../base/errors.ts'
import type { LinkPerson } from '../link/link-deps.ts'
import type { ConnectResult } from '../link/outcome.ts'
import { safeReturnTo } from '../link/return-to.ts'
import type { StartedFlow } from '../link/start.ts'
import { clientOf, OWING_PAGE, owesFactor } from './app/app-access.ts'
import { signIn } from './app/begin-session.ts'
import { connectEnd, connectTerms, startOptions } from './app/connect-end.ts'
import { appHeaders } from './app/security-headers.ts'
import { readCookie } from './app/session-cookie.ts'
import type { Edge } from './edge.ts'
import { access } from './route.ts'

const startQuery = connectTerms.extend({ return_to: z.string().max(200).optional() })

type ByIssuer = { Params: { issuer: string } }

/**
 * The way to an issuer and back. Both are plain navigations: the browser comes back from another site, so the rules of the
 * app's own requests do not hold here, and whoever is not signed in is led on instead of being shown an error.
 * @param sessionOf whoever is signed in in the browser, if the session still holds
 */
export function connectRoutes(
  app: FastifyInstance,
  edge: Edge,
  sessionOf: (request: FastifyRequest) => Promise<SignedInUser | undefined>,
): void {
  const { link } = edge

  app.get<ByIssuer>('/connect/:issuer/start', access('navigation'), async (request, reply) => {
    requireIssuer(edge, request.params.issuer)
    const publicUrl = edge.publicUrl()
    reply.headers(appHeaders(publicUrl))
    // Cookies belong to a name: whoever is here by another one begins at the one that the issuer will come back to.
    if (request.headers.host !== new URL(publicUrl).host) return reply.redirect(`${publicUrl}${request.url}`, 303)
    const query = startQuery.parse(request.query)
    const returnTo = safeReturnTo(query.return_to)
    // Another site may show the button's page, not press the button.
    if (request.headers['sec-fetch-site'] === 'cross-site') return reply.redirect(returnTo, 303)
    const signedIn = await sessionOf(request)
    if (signedIn !== undefined && (await owesFactor(edge, signedIn))) return reply.redirect(OWING_PAGE, 303)
    const person = personOf(signedIn, request)
    if (person === undefined) return goBack(reply, { returnTo, outcome: 'signed_out', flowId: undefined })
    // The app offers the code instead of this address; whoever came all the same finds it there.
    if (link.way() === 'headless') return reply.redirect(returnTo, 303)
    const { return_to: _, ...terms } = query
    const { url, cookie } = await link.start(person, { ...startOptions(terms), returnTo })
    return reply.header('set-cookie', cookieLine(cookie)).redirect(url, 303)
  })

  app.get<ByIssuer>('/connect/:issuer/callback', access('navigation'), async (request, reply) => {
    requireIssuer(edge, request.params.issuer)
    reply.headers(appHeaders(edge.publicUrl()))
    const signedIn = await sessionOf(request)
    // The code is not exchanged: nothing is connected for somebody who may not see it.
    if (signedIn !== undefined && (await owesFactor(edge, signedIn))) return reply.redirect(OWING_PAGE, 303)
    const person = personOf(signedIn, request)
    const result = await link.finish({
      issuer: request.params.issuer,
      query: request.url.split('?').slice(1).join('?'),
      person,
      cookie: (name) => readCookie({ name, secure: name.startsWith('__Host-') }, request.headers.cookie),
    })
    if (result.outcome === 'malformed') return reply.code(400).type('text/html; charset=utf-8').send(MALFORMED_PAGE)
    if (result.outcome === 'done' && result.proved !== undefined && signedIn !== undefined) {
      await welcome(edge, { proved: result.proved, signedIn, request, reply })
      // Who signs in wants to be in, and reads no report on it.
      if (person?.arriving) return reply.redirect(result.returnTo, 303)
    }
    return goBack(reply, result, person)
  })
}

/**
 * Gives whoever proved who they are at the issuer a session of their own. It is a new one, so that a cookie which was known
 * before stands for nobody.
 */
async function welcome(
  edge: Edge,
  of: { proved: string; signedIn: SignedInUser; request: FastifyRequest; reply: FastifyReply },
): Promise<void> {
  const { proved, signedIn, request, reply } = of
  const user = await edge.store.findUser(proved)
  if (user === undefined || user.disabledAt !== null) return
  request.signedIn = signedIn
  await signIn(edge, { user, method: 'connect', request, reply })
  if (signedIn.user.id !== proved) await edge.store.removeVisitor(signedIn.user.id)
}

/** To a clean address: neither the code nor the state stays in the history. */
function goBack(reply: FastifyReply, result: ConnectResult, person?: LinkPerson): FastifyReply {
  // A visitor who did not get in is still before the door.
  const returnTo = person?.arriving ? '/sign-in' : result.returnTo
  if (result.outcome === 'signed_out') {
    return reply.redirect(`/sign-in?${new URLSearchParams({ return_to: returnTo })}`, 303)
  }
  const { outcome, detail, flow } = connectEnd(result)
  const query = new URLSearchParams({ connect: outcome })
  if (detail !== null) query.set('detail', detail)
  if (flow !== null) query.set('flow', flow)
  return reply.redirect(`${returnTo}${returnTo.includes('?') ? '&' : '?'}${query}`, 303)
}

function requireIssuer(edge: Edge, id: string): void {
  if (id !== edge.link.issuer.id) throw new KeywayError('not_found', 'There is no such account to connect.')
}

function personOf(signedIn: SignedInUser | undefined, request: FastifyRequest): LinkPerson | undefined {
  if (signedIn === undefined) return undefined
  const { user } = signedIn
  const arriving = isOnTheWay(signedIn) ? ({ arriving: true } as const) : {}
  return { userId: user.id, actor: actorOf(user, clientOf(request)), ...arriving }
}

/** Lax: the way back is a navigation from another site, with which Strict cookies do not come. */
function cookieLine({ name, value, maxAgeMs }: StartedFlow['cookie']): string {
  const secure = name.startsWith('__Host-') ? '; Secure' : ''
  return `${name}=${value}; Max-Age=${Math.ceil(maxAgeMs / 1000)}; Path=/; HttpOnly; SameSite=Lax${secure}`
}

/** What came with the callback is not repeated. */
const MALFORMED_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyway</title>
<h1>That answer is not in order</h1>
<p>It holds no single code, so nothing was asked and nothing was saved.</p>
<p><a href="/settings/models?connect=rejected&#38;detail=malformed">Back to the settings, to try again</a></p>
</html>
`
