import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import { beginAuthorization, beginStandard } from '../oauth/authorize.ts'
import { browserCookieName } from '../oauth/secrets.ts'
import { stranger } from '../oauth/stranger.ts'
import { clientOf } from './app/app-access.ts'
import { appHeaders } from './app/security-headers.ts'
import { readCookie } from './app/session-cookie.ts'
import { createAttempts, FLOODS_NOTED } from './attempts.ts'
import { consentPage, type Page } from './auth-page.ts'
import type { Edge } from './edge.ts'
import { asKeywayError } from './failure.ts'
import { refusalPage } from './refusal-page.ts'
import { access } from './route.ts'

/** Requests that one address may begin in a minute: far above a person, far below a flood. */
const BEGUN_A_MINUTE = 300
/** Of the standard way fewer: each may have us ask another site what an app says of itself. */
const STANDARD_A_MINUTE = 60

type ById = { Params: { id: string } }

/** `GET /auth` and `GET /oauth/authorize`, where apps send people, and the page on which they decide. */
export function authRoutes(app: FastifyInstance, edge: Edge): void {
  const compatible = { begin: beginAuthorization, attempts: createAttempts(edge.clock, BEGUN_A_MINUTE) }
  const standard = { begin: beginStandard, attempts: createAttempts(edge.clock, STANDARD_A_MINUTE) }

  const floods = createAttempts(edge.clock, FLOODS_NOTED)

  app.get('/auth', access('navigation'), (request, reply) => arrive(request, reply, compatible))
  app.get('/oauth/authorize', access('navigation'), (request, reply) => arrive(request, reply, standard))

  app.get<ById>('/auth/:id', access('navigation'), async (_request, reply) => send(reply, consentPage(edge)))

  /** Keeps what was asked, and goes on to the page with its id alone. */
  async function arrive(request: FastifyRequest, reply: FastifyReply, { begin, attempts }: typeof compatible) {
    const publicUrl = edge.publicUrl()
    // Cookies belong to a name: the request begins where it will be decided.
    if (request.headers.host !== new URL(publicUrl).host) {
      return reply.headers(appHeaders(publicUrl)).redirect(`${publicUrl}${request.url}`, 303)
    }
    return answerWith(request, reply, async () => {
      attempts.require(request.ip)
      attempts.count(request.ip)
      const query = request.url.split('?').slice(1).join('?')
      const { id, browserSecret } = await begin(edge.oauth, query, browserSecretOf(request, edge))
      return reply
        .headers(appHeaders(publicUrl))
        .header('set-cookie', cookieLine(edge, browserSecret))
        .redirect(`/auth/${id}`, 303)
    })
  }

  /** Refusals of a page are pages, and never redirects: whoever asks is not known yet. */
  async function answerWith(request: FastifyRequest, reply: FastifyReply, act: () => Promise<FastifyReply>) {
    try {
      return await act()
    } catch (thrown) {
      const error = asKeywayError(thrown)
      if (error.code === 'internal') throw thrown
      if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
      if (error.retryAfterMs === undefined || (error.code === 'rate_limited' && floods.take(request.ip))) {
        const { store, workspaceId, clock } = edge.oauth
        const actor = stranger(workspaceId, clientOf(request))
        await store.appendAudit(actor, 'oauth.refused', 'request', detailsOf(error), clock.now())
      }
      reply.code(error.status)
      const to = { publicUrl: edge.publicUrl(), acceptLanguage: request.headers['accept-language'] }
      return send(reply, refusalPage(error, to))
    }
  }
}

/** Why, for whoever reads the audit log: also what the page does not say, so that it cannot be used to look around here. */
function detailsOf({ message, cause }: KeywayError): Record<string, string> {
  if (!(cause instanceof Error)) return { message }
  // Of others' errors only what kind they are: their words may quote what they choked on.
  return { message, cause: cause instanceof KeywayError ? cause.message : cause.name }
}

/** What ties the browser to the requests that began in it. */
export function browserSecretOf(request: FastifyRequest, edge: Edge): string | undefined {
  const name = browserCookieName({ installId: edge.store.installId, publicUrl: edge.publicUrl() })
  return readCookie({ name, secure: name.startsWith('__Host-') }, request.headers.cookie)
}

/** Lax: people come here from other sites, with which Strict cookies do not travel. */
function cookieLine(edge: Edge, secret: string): string {
  const name = browserCookieName({ installId: edge.store.installId, publicUrl: edge.publicUrl() })
  const secure = name.startsWith('__Host-') ? '; Secure' : ''
  const seconds = Math.ceil(edge.oauth.settings.request_ms / 1000)
  return `${name}=${secret}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}`
}

function send(reply: FastifyReply, { headers, body }: Page): FastifyReply {
  return reply.headers(headers).send(body)
}
