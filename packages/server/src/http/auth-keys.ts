import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { isLoopback } from '../config/bind.ts'
import { createCode } from '../oauth/code.ts'
import { type Exchanged, exchange } from '../oauth/exchange.ts'
import { clientOf } from './app/app-access.ts'
import { moment } from './app/values.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import type { Edge } from './edge.ts'
import { parseJson } from './json-body.ts'
import { actorOf, callerOf } from './keys.ts'
import { access } from './route.ts'
import { parseStrictObject } from './strict-json.ts'

/** A code, a verifier and a method are under 1 KB. Bytes. */
const EXCHANGE_BODY_BYTES = 16 * 1024
/** Refused exchanges of one address in a minute. A code has 256 bits, so this only bounds the work. */
const REFUSED_A_MINUTE = 120

const exchangeBody = z.object({
  code: z
    .string({ error: 'expected a code' })
    .min(1, { error: 'expected a code' })
    .max(512, { error: 'expected a code' }),
  code_verifier: z.string({ error: 'expected text' }).min(1, { error: 'expected some text' }).nullish(),
  code_challenge_method: z.enum(['S256', 'plain'], { error: 'expected S256 or plain' }).nullish(),
})

const codeBody = z.object({
  callback_url: z.string({ error: 'expected an address' }),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
  expires_at: z.string().nullish(),
  key_label: z.string().optional(),
  limit: z.number({ error: 'expected a number of dollars' }).optional(),
  usage_limit_type: z.string().optional(),
  workspace_id: z.string().optional(),
})

/**
 * What an app calls: the exchange of its code, and who its user is.
 * @see https://openrouter.ai/docs/api-reference/oauth/exchange-auth-code-for-api-key (read 2026-08-22)
 */
export function authKeyRoutes(app: FastifyInstance, edge: Edge, prefix: string): void {
  const { oauth } = edge
  const refused = createAttempts(edge.clock, REFUSED_A_MINUTE)

  // The published example sends no Content-Type. No cookie counts here, so the type keeps nobody out.
  app.register(async (scope) => {
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const options = { ...access('open'), bodyLimit: EXCHANGE_BODY_BYTES }
    scope.post(`${prefix}/auth/keys`, options, (request, reply) =>
      refusable({ request, refused }, async () => {
        requireSecure(request, reply, edge)
        if (request.headers['content-encoding'] !== undefined) {
          throw new KeywayError('content_type_unsupported', 'The body has a Content-Encoding; it must be plain.')
        }
        const body = exchangeBody.parse(parseStrictObject(request.body))
        const given = {
          code: body.code,
          verifier: body.code_verifier ?? undefined,
          method: body.code_challenge_method ?? undefined,
          flow: 'compatible',
        } as const
        const exchanged = await exchange(oauth, given, clientOf(request))
        noteDelivery(reply, edge, exchanged)
        reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache', 'x-content-type-options': 'nosniff' })
        return { key: exchanged.key, user_id: exchanged.userId }
      }),
    )
  })

  app.post(`${prefix}/auth/keys/code`, access('management'), async (request) => {
    const { workspace_id, limit, ...body } = codeBody.parse(parseJson(request.body))
    const caller = callerOf(request)
    if (workspace_id !== undefined && workspace_id !== caller.key.workspaceId) {
      throw new KeywayError('not_found', 'There is no workspace with that id.')
    }
    const wish = { ...body, ...(limit === undefined ? {} : { limit: String(limit) }) }
    const { code, record } = await createCode(oauth, wish, { user: caller.user, actor: actorOf(caller, request) })
    return { data: { id: code, app_id: record.appId, created_at: moment(record.createdAt) } }
  })

  app.get(`${prefix}/auth/user`, access('bearer'), async (request, reply) => {
    const { key, user } = callerOf(request)
    const grant = key.appId === null ? undefined : await edge.store.findGrant(key.hash)
    if (key.appId !== null && grant?.identity !== 'shared') {
      throw new KeywayError('app_forbidden', 'The person did not share who they are with this app.')
    }
    reply.header('cache-control', 'no-store')
    return { id: user.id, user_id: user.id, name: user.name, email: user.email }
  })
}

/** Runs an exchange unless the address was refused too often. */
export async function refusable<T>(
  { request, refused }: { request: FastifyRequest; refused: Attempts },
  act: () => Promise<T>,
): Promise<T> {
  refused.require(request.ip)
  try {
    return await act()
  } catch (thrown) {
    refused.count(request.ip)
    throw thrown
  }
}

/** Once the answer has left, the key is taken as received; a key that nobody received is ended soon. */
export function noteDelivery(reply: FastifyReply, edge: Edge, { code }: Exchanged): void {
  reply.raw.once('finish', () => {
    edge.store.noteAuthDelivered(code.hash, edge.clock.now()).catch((error: unknown) => edge.report(error, ''))
  })
}

/**
 * Refuses an exchange that somebody on the way could read.
 * @throws KeywayError `https_required`
 */
export function requireSecure(request: FastifyRequest, reply: FastifyReply, edge: Edge): void {
  const here = new URL(`http://${request.headers.host ?? ''}`).hostname
  const near = isLoopback((request.raw.socket.remoteAddress ?? '').replace(/^::ffff:/, '')) && isLoopback(here)
  // A proxy on this machine may put its own Host in: whoever stands behind it may be far away.
  const passedOn = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'via'].some(
    (name) => name in request.headers,
  )
  if (near && !passedOn) return
  // A proxy that is trusted tells how the client came; without one, the public URL does.
  const https = edge.trustedProxies.length > 0 ? request.protocol === 'https' : edge.publicUrl().startsWith('https:')
  if (edge.tls !== undefined || https) return
  reply.header('allow', 'POST')
  throw new KeywayError('https_required', 'The code came over plain http, where others can read the key.')
}
