import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import { exchange } from '../oauth/exchange.ts'
import { resourceMetadata, serverMetadata } from '../oauth/metadata.ts'
import { readParameters } from '../oauth/request.ts'
import { checkResource, resourcesOf } from '../oauth/resource.ts'
import { revokeByHolder } from '../oauth/revoke.ts'
import { clientOf } from './app/app-access.ts'
import { pageOrigin } from './app/page-origin.ts'
import { createAttempts } from './attempts.ts'
import { noteDelivery, refusable, requireSecure } from './auth-keys.ts'
import { shownProof } from './bound-key.ts'
import type { Edge } from './edge.ts'
import { access } from './route.ts'

/** A code, a verifier and two addresses are under 5 KB. Bytes. */
const FORM_BYTES = 16 * 1024
/** Refused exchanges of one address in a minute. */
const REFUSED_A_MINUTE = 120
/** Revocations of one address in a minute; a program that cleans up has a handful. */
const REVOKED_A_MINUTE = 120

/** The standard way in for programs that know OAuth 2.1 and nothing of Keyway. */
export function oauthRoutes(app: FastifyInstance, edge: Edge): void {
  const refused = createAttempts(edge.clock, REFUSED_A_MINUTE)
  const revoked = createAttempts(edge.clock, REVOKED_A_MINUTE)

  app.get('/.well-known/oauth-authorization-server', access('open'), (request, reply) =>
    sendMetadata(request, reply, (publicUrl) => serverMetadata(publicUrl)),
  )
  for (const resource of resourcesOf('')) {
    app.get(`/.well-known/oauth-protected-resource${resource}`, access('open'), (request, reply) =>
      sendMetadata(request, reply, (publicUrl) => resourceMetadata(publicUrl, resource)),
    )
  }

  app.register(async (scope) => {
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const options = { ...access('open'), bodyLimit: FORM_BYTES }

    scope.post('/oauth/token', options, (request, reply) =>
      refusable({ request, refused }, async () => {
        requireSecure(request, reply, edge)
        // A client that sends a proof counts on a key bound to it; a plain one would be less than it asked for.
        const proof = shownProof(request, edge, null)
        const form = readForm(request)
        if (required(form, 'grant_type') !== 'authorization_code') {
          throw new KeywayError('invalid_request', 'grant_type is not authorization_code.', {
            metadata: { oauth_error: 'unsupported_grant_type' },
          })
        }
        checkResource(form.get('resource'), edge.publicUrl())
        const given = {
          code: required(form, 'code'),
          verifier: required(form, 'code_verifier'),
          method: undefined,
          flow: 'standard',
          callbackUrl: form.get('redirect_uri'),
          clientId: required(form, 'client_id'),
          proof,
        } as const
        const exchanged = await exchange(edge.oauth, given, clientOf(request))
        noteDelivery(reply, edge, exchanged)
        reply.headers(UNSTORED)
        return {
          access_token: exchanged.key,
          token_type: proof === undefined ? 'Bearer' : 'DPoP',
          expires_in: Math.max(0, Math.floor((exchanged.expiresAt - edge.clock.now()) / 1000)),
          scope: exchanged.code.terms.identity === 'shared' ? 'inference profile' : 'inference',
        }
      }),
    )

    scope.post('/oauth/revoke', options, async (request, reply) => {
      revoked.require(request.ip)
      revoked.count(request.ip)
      requireSecure(request, reply, edge)
      await revokeByHolder(edge.oauth, required(readForm(request), 'token'), clientOf(request))
      return reply.headers(UNSTORED).send()
    })
  })

  /** Made of the configured address; and only where a browser could have got it from, so that no other name passes for it. */
  function sendMetadata(request: FastifyRequest, reply: FastifyReply, of: (publicUrl: string) => object): FastifyReply {
    const publicUrl = edge.publicUrl()
    if (pageOrigin(request.headers.host ?? '', { publicUrl, bind: edge.app.bind }) === undefined) {
      throw new KeywayError('host_invalid', 'The Host header is not an address of this Keyway.')
    }
    return reply
      .headers({ 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' })
      .send(of(publicUrl))
  }
}

const UNSTORED = { 'cache-control': 'no-store', pragma: 'no-cache', 'x-content-type-options': 'nosniff' } as const

/** The fields of a form, each said once. @throws KeywayError `invalid_request` */
function readForm(request: FastifyRequest): Map<string, string> {
  const { headers, body } = request
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded' || headers['content-encoding'] !== undefined) {
    throw new KeywayError('invalid_request', 'The body is not plain application/x-www-form-urlencoded.')
  }
  if (headers.authorization !== undefined) throw noClientAuthentication()
  const form = readParameters(body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '')
  if (form.has('client_secret') || form.has('client_assertion')) throw noClientAuthentication()
  return form
}

function noClientAuthentication(): KeywayError {
  return new KeywayError('invalid_request', 'Clients do not authenticate here: they prove themselves by PKCE.', {
    metadata: { oauth_error: 'invalid_client' },
  })
}

function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name)
  if (value !== undefined && value !== '') return value
  throw new KeywayError('invalid_request', `${name} is missing.`, { metadata: { field: name } })
}
