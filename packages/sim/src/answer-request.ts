import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiError } from './api-error.ts'
import { answerChat } from './chat.ts'
import { deliver, deliverCut, deliverWithFault } from './deliver.ts'
import type { Dialect } from './dialect.ts'
import { DIALECTS } from './dialects/all.ts'
import { acceptsKey } from './keys.ts'
import { answerMessages, messagesPurpose } from './messages/answer.ts'
import type { OpenRouterAccount } from './openrouter-account.ts'
import { SITE_PREFIX, type SitePage, sitePageOf, siteReply } from './openrouter-site.ts'
import type { RecordedRequest, Recorder } from './recorder.ts'
import { errorReply, jsonReply, type Reply, rawReply } from './reply.ts'
import { answerResponses } from './responses/answer.ts'
import type { Script } from './script.ts'
import { ClientLeftError, openWire, type Wire } from './wire.ts'

/** The largest request body that the simulation reads. Above every limit of a gateway that stands before it. */
const REQUEST_BYTES_MAX = 64 * 1024 * 1024

/** What the answers of one simulation share. */
export type AnswerContext = {
  recorder: Recorder
  script: Script
  /** The simulated OpenRouter's person, and what goes wrong on its website. */
  account: OpenRouterAccount
  sitePages: Script<SitePage>
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
  const { body, seed, script, delayMs, account } = context
  const purpose = request.method === 'POST' ? messagesPurpose(dialect, path) : undefined
  if (purpose !== undefined && dialect.messages !== undefined) {
    const { headers } = request
    const asked = { body, key: dialect.readKey(headers), seed, number: context.nextNumber(), headers, purpose }
    const around = { script, account, delayMs, otherOrigin: otherOriginOf(request) }
    return answerMessages(wire, asked, { ...around, dialect, door: dialect.messages })
  }
  const { responses } = dialect
  const door = path === '/responses' ? responses : undefined
  if (request.method !== 'POST' || (path !== '/chat/completions' && door === undefined)) {
    return answerPage(wire, located, context)
  }
  const call = { body, key: dialect.readKey(request.headers), seed, number: context.nextNumber() }
  const around = { dialect, script, account, delayMs, otherOrigin: otherOriginOf(request) }
  if (door !== undefined) return answerResponses(wire, call, { ...around, door })
  await answerChat(wire, call, around)
}

/** A page, of an API or of OpenRouter's website, which may have been scripted to go wrong. */
async function answerPage(wire: Wire, located: Located, context: AnswerContext & { body: Uint8Array }): Promise<void> {
  const { dialect, url, request } = located
  const { account, sitePages, body } = context
  const ofSite = url.pathname.startsWith(`${SITE_PREFIX}/`)
  const path = ofSite ? url.pathname.slice(SITE_PREFIX.length) : ''
  const asked = { method: request.method ?? '', path, url, headers: request.headers, body }
  const page = ofSite ? sitePageOf(path) : undefined
  const act = page === undefined ? undefined : sitePages.take(page)
  if (act?.kind === 'reply') return deliverCut(wire, rawReply(act.reply), act.reply.cuts ?? [])
  // What is refused outright has no effect; what is spoilt on its way had.
  const done = act?.fault.kind !== 'status'
  const reply = (ofSite && done ? siteReply(asked, account) : undefined) ?? pageReply(located, account)
  if (act === undefined) return deliver(wire, reply, { delayMs: 0 })
  return deliverWithFault(wire, reply, { dialect, fault: act.fault, delayMs: 0, otherOrigin: otherOriginOf(request) })
}

function locate(request: IncomingMessage): Located | undefined {
  const url = new URL(request.url ?? '/', 'http://simulation')
  const found = BY_PREFIX.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`))
  if (found === undefined) {
    const ofSite = url.pathname.startsWith(`${SITE_PREFIX}/`)
    return ofSite ? { dialect: DIALECTS.openrouter, path: '', url, request } : undefined
  }
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

function pageReply({ dialect, path, url, request }: Located, account: OpenRouterAccount): Reply {
  const key = dialect.readKey(request.headers)
  if (!acceptsKey(dialect, key, account)) return errorReply(dialect, dialect.refuseKey(key))
  const page =
    request.method === 'GET' ? dialect.page(path, { dialect, query: url.searchParams, key, account }) : undefined
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
