import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiError } from './api-error.ts'
import { answerChat } from './chat.ts'
import { deliver } from './deliver.ts'
import type { Dialect } from './dialect.ts'
import { DIALECTS } from './dialects/all.ts'
import { acceptsKey } from './keys.ts'
import type { RecordedRequest, Recorder } from './recorder.ts'
import { errorReply, jsonReply, type Reply } from './reply.ts'
import type { Script } from './script.ts'
import { ClientLeftError, openWire, type Wire } from './wire.ts'

/** The largest request body that the simulation reads. Above every limit of a gateway that stands before it. */
const REQUEST_BYTES_MAX = 64 * 1024 * 1024

/** What the answers of one simulation share. */
export type AnswerContext = {
  recorder: Recorder
  script: Script
  seed: number
  delayMs: number
  /** Numbers the chat completions, from 1. */
  nextNumber(): number
  isClosing(): boolean
}

/** A request, told apart: whose it is, and what it asks under that provider's prefix. */
type Located = { dialect: Dialect; path: string; url: URL; request: IncomingMessage }

/** The longest prefix first, so that none hides another. */
const BY_PREFIX = Object.values(DIALECTS)
  .flatMap((dialect) => [dialect.prefix, ...dialect.otherPrefixes].map((prefix) => ({ prefix, dialect })))
  .sort((one, other) => other.prefix.length - one.prefix.length)

const TOO_LARGE: ApiError = { status: 413, reason: 'too-large', message: 'The request body is too large.', param: null }

/** Answers one request as the provider under whose prefix it came, and records it. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: AnswerContext,
): Promise<void> {
  const located = locate(request)
  if (located === undefined) {
    request.resume()
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end('{"error":{"message":"No simulated provider has this path."}}')
    return
  }
  const { wire, ended } = openWire(response, context.isClosing)
  const recorded = describeRequest(located, ended)
  // The moment is set before anyone who waits for the ending can look at it.
  recorded.ended = ended.then((ending) => {
    if (ending.by === 'client') recorded.clientLeftAtMs = ending.atMs
    return ending
  })
  try {
    const body = await readBody(request)
    recorded.body = body ?? new Uint8Array(0)
    recorded.atMs = performance.now()
    context.recorder.record(recorded)
    if (body === undefined) await deliver(wire, errorReply(located.dialect, TOO_LARGE), { delayMs: 0 })
    else await answerLocated(wire, located, { ...context, body })
  } catch (error) {
    if (!(error instanceof ClientLeftError)) throw error
  }
}

async function answerLocated(
  wire: Wire,
  located: Located,
  context: AnswerContext & { body: Uint8Array },
): Promise<void> {
  const { dialect, path, request } = located
  if (request.method !== 'POST' || path !== '/chat/completions') {
    return deliver(wire, pageReply(located), { delayMs: 0 })
  }
  const { body, seed, script, delayMs } = context
  const call = { body, key: dialect.readKey(request.headers), seed, number: context.nextNumber() }
  await answerChat(wire, call, { dialect, script, delayMs, otherOrigin: otherOriginOf(request) })
}

function locate(request: IncomingMessage): Located | undefined {
  const url = new URL(request.url ?? '/', 'http://simulation')
  const found = BY_PREFIX.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`))
  if (found === undefined) return undefined
  return { dialect: found.dialect, path: url.pathname.slice(found.prefix.length), url, request }
}

function describeRequest({ dialect, request }: Located, ended: RecordedRequest['ended']): RecordedRequest {
  return {
    provider: dialect.name,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: new Uint8Array(0),
    atMs: performance.now(),
    clientLeftAtMs: undefined,
    ended,
  }
}

/** The same server by another name: a different origin to whoever compares. */
function otherOriginOf(request: IncomingMessage): string {
  const other = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`)
  other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost'
  return other.href
}

function pageReply({ dialect, path, url, request }: Located): Reply {
  const key = dialect.readKey(request.headers)
  if (!acceptsKey(dialect, key)) return errorReply(dialect, dialect.refuseKey(key))
  const page = request.method === 'GET' ? dialect.page(path, { dialect, query: url.searchParams, key }) : undefined
  if (page !== undefined) return jsonReply(page.status, page.body)
  const message = `Invalid URL (${request.method} ${url.pathname})`
  return errorReply(dialect, { status: 404, reason: 'unknown-path', message, param: null })
}

/** A request's body, or undefined when it is larger than the bound. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      if (!(chunk instanceof Buffer)) continue
      length += chunk.length
      if (length <= REQUEST_BYTES_MAX) chunks.push(chunk)
    }
  } catch (error) {
    throw new ClientLeftError('the client left while it sent its request', { cause: error })
  }
  return length > REQUEST_BYTES_MAX ? undefined : Buffer.concat(chunks, length)
}
