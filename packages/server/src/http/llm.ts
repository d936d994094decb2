import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Cancellation } from '../base/cancellation.ts'
import { KeywayError } from '../base/errors.ts'
import { generationId } from '../base/ids.ts'
import { readAttribution } from '../gateway/attribution.ts'
import { type Call, CLIENT_GONE, type Sink } from '../gateway/call.ts'
import { countTokens } from '../gateway/count-tokens.ts'
import { relay } from '../gateway/relay.ts'
import type { Codec, Counting } from '../wire/codec.ts'
import { CORS_HEADERS } from './cors.ts'
import type { Edge } from './edge.ts'
import { asKeywayError } from './failure.ts'
import { FORMATS, requestIdOf } from './formats.ts'
import { callerOf } from './keys.ts'
import { access } from './route.ts'
import { socketSink } from './socket-sink.ts'

/** The inference routes. */
export function llmRoutes(app: FastifyInstance, edge: Edge, prefix: string): void {
  const route = {
    ...access('inference'),
    // After the key is verified and before the body is read.
    onRequest: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      try {
        edge.bodyBudget.take(request.raw, reply.raw)
        done()
      } catch (error) {
        done(asKeywayError(error))
      }
    },
  }
  for (const { path, codec } of FORMATS) {
    app.post(`${prefix}${path}`, route, (request, reply) => answerCall(request, reply, { codec, edge }))
    const { counting } = codec
    if (counting === undefined) continue
    app.post(`${prefix}${path}/count_tokens`, route, (request, reply) =>
      answerCount(request, reply, { codec, counting, edge }),
    )
  }
}

/** How many tokens a request would be read as. The header says whether the provider counted them or we guessed. */
async function answerCount(
  request: FastifyRequest,
  reply: FastifyReply,
  { codec, counting, edge }: { codec: Codec; counting: Counting; edge: Edge },
): Promise<FastifyReply> {
  const { tokens, by } = await countTokens(callOf(request, reply, { codec, edge }), counting, edge.gateway)
  return reply
    .header('x-keyway-token-count', by)
    .header('cache-control', 'private, no-store')
    .type('application/json')
    .send(counting.answer(tokens))
}

/** The call that a request makes, bounded and not yet believed; it ends when its client leaves. */
function callOf(request: FastifyRequest, reply: FastifyReply, { codec, edge }: { codec: Codec; edge: Edge }): Call {
  const caller = callerOf(request)
  edge.rateLimiter.admit(caller)
  const body = request.body
  if (!(body instanceof Uint8Array)) throw new KeywayError('invalid_json', 'The body must be one JSON object.')
  const at = edge.clock.now()
  const cancellation = new Cancellation()
  const response = reply.raw
  response.on('close', () => {
    if (!response.writableFinished) cancellation.abort(CLIENT_GONE)
  })
  // It may have left while its key was looked up, when nobody listened yet.
  if (response.destroyed) cancellation.abort(CLIENT_GONE)
  return {
    id: generationId(at),
    at,
    startedMs: edge.clock.monotonic(),
    caller,
    codec,
    body,
    headers: headersOf(request, codec),
    attribution: readAttribution(request.headers, request.id),
    cancellation,
  }
}

async function answerCall(
  request: FastifyRequest,
  reply: FastifyReply,
  { codec, edge }: { codec: Codec; edge: Edge },
): Promise<void> {
  const { head } = request
  const response = reply.raw
  const call = callOf(request, reply, { codec, edge })
  reply.header('x-generation-id', call.id)
  request.relayed = true
  const answer = await relay(call, edge.gateway)

  reply.hijack()
  const headers: Record<string, string | number> = {
    ...answer.headers,
    'x-generation-id': call.id,
    ...requestIdOf(codec, request.id),
    'cache-control': 'private, no-store',
    vary: 'Authorization',
  }
  if (head?.origin !== undefined) Object.assign(headers, CORS_HEADERS)
  if (answer.kind === 'json') {
    headers['content-type'] = 'application/json'
    headers['content-length'] = answer.bytes.length
    response.writeHead(200, headers)
    response.end(answer.bytes)
    return
  }
  headers['content-type'] = 'text/event-stream; charset=utf-8'
  // Asks nginx, and what imitates it, not to gather the events.
  headers['x-accel-buffering'] = 'no'
  response.writeHead(200, headers)
  response.flushHeaders()
  const sink = socketSink(response, edge.limits.slowReaderMs)
  const beat = keepAlive(sink, { everyMs: edge.limits.commentMs, waiting: answer.waiting })
  try {
    await answer.run(beat.sink)
    response.end()
  } catch (error) {
    // Headers are out, so no error can be told any more: a connection that breaks is at least no clean end.
    // A client that left is why it could not be told, and is in the call's own line.
    if (error !== CLIENT_GONE) edge.report(error, request.id)
    response.destroy()
  } finally {
    beat.stop()
  }
}

/** The client's headers that belong to the format. */
function headersOf({ headers }: FastifyRequest, codec: Codec): Record<string, string> {
  const own: Record<string, string> = {}
  for (const name of codec.headers) {
    const value = headers[name]
    if (typeof value === 'string') own[name] = value
  }
  return own
}

/** What proxies and people take for a sign of life; event-stream readers skip it. */
const COMMENT = Buffer.from(': KEYWAY PROCESSING\n\n')

/** Sends a comment whenever the model has been silent for a while: proxies cut connections that say nothing. */
function keepAlive(sink: Sink, of: { everyMs: number; waiting: boolean }): { sink: Sink; stop(): void } {
  let written = false
  const timer = setInterval(() => {
    if (!written) sink.write(COMMENT)
    written = false
  }, of.everyMs)
  if (of.waiting) sink.write(COMMENT)
  return {
    sink: {
      write(bytes) {
        written = true
        return sink.write(bytes)
      },
      drained: sink.drained,
    },
    stop: () => clearInterval(timer),
  }
}
