import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SignedInUser } from '../accounts/sessions.ts'
import type { SsoEnd } from '../sso/sso.ts'
import { clientOf } from './app/app-access.ts'
import { signIn } from './app/begin-session.ts'
import { appHeaders } from './app/security-headers.ts'
import { readCookie } from './app/session-cookie.ts'
import type { Edge } from './edge.ts'
import { access } from './route.ts'

type ByProvider = { Params: { provider: string } }

/**
 * Where people come back to from a provider: a plain navigation from another site. Whatever it brought leaves the address
 * at once.
 * @param sessionOf whoever is signed in in the browser, if the session still holds
 */
export function ssoCallbackRoutes(
  app: FastifyInstance,
  edge: Edge,
  sessionOf: (request: FastifyRequest) => Promise<SignedInUser | undefined>,
): void {
  const { sso } = edge.app

  app.get<ByProvider>('/sign-in/:provider/callback', access('navigation'), async (request, reply) => {
    const { provider } = request.params
    reply.headers(appHeaders(edge.publicUrl()))
    request.signedIn = await sessionOf(request)
    const end = await sso.finish({
      provider,
      query: request.url.split('?').slice(1).join('?'),
      cookie: (name) => readCookie({ name, secure: name.startsWith('__Host-') }, request.headers.cookie),
      signedIn: request.signedIn,
      client: clientOf(request),
    })
    dropFlow(reply, sso.cookieName(provider))
    if (end.outcome === 'signed_in') await signIn(edge, { user: end.user, method: 'sso', request, reply })
    return reply.redirect(targetOf(end, provider), 303)
  })
}

function targetOf(end: SsoEnd, provider: string): string {
  if (end.outcome === 'signed_in') return end.returnTo
  if (end.outcome === 'linked') return `${end.returnTo}?sso=linked`
  const query = new URLSearchParams({ sso: end.outcome, provider })
  if (end.linking) return `${end.returnTo}?${query}`
  if (end.returnTo !== '/') query.set('return_to', end.returnTo)
  return `/sign-in?${query}`
}

function dropFlow(reply: FastifyReply, name: string): void {
  const secure = name.startsWith('__Host-') ? '; Secure' : ''
  reply.header('set-cookie', `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`)
}
