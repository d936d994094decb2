import type { Fetch } from '../exchange.ts'
import { issuerUrl } from '../issuer.ts'
import { leaveUnread, readBounded } from '../read-bounded.ts'
import { isCrossSite } from './connect-server.ts'

/** What the proxy may pass on, and for whom. @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export type ChatProxyOptions<Context = unknown> = {
  issuer: string
  /** Where people reach this app: requests of any other page are refused. */
  publicUrl: string
  /** Models that people of this app may ask, by their exact ids. */
  models: readonly string[]
  /** Who is signed in. */
  userOf(request: Request, context: Context): Promise<string | undefined> | string | undefined
  /** The person's key, out of the sealed store. */
  keyOf(user: string): Promise<string | undefined> | string | undefined
  /** Told when the issuer no longer takes the person's key: forget it, and offer to connect again. */
  onKeyRefused?(user: string): Promise<void> | void
  /** Largest request in bytes; 1,000,000 when not said. */
  bodyBytesMax?: number
  /** How long the issuer may take to begin its answer, in milliseconds; 60,000 when not said. */
  headersTimeoutMs?: number
  /** The global one when not said. */
  fetch?: Fetch
}

/** Fields of a chat that an app's page may set. What is not here (`models`, `provider`, `plugins`) could go round the list of models or spend more. */
const FIELDS = new Set([
  'model',
  'messages',
  'stream',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'seed',
  'response_format',
  'reasoning',
  'tools',
  'tool_choice',
])

const BODY_BYTES_MAX = 1_000_000
const HEADERS_MS = 60_000
const ERROR_BYTES_MAX = 65_536

/**
 * Passes a page's chat on to the issuer under the signed-in person's key, and streams the answer back. The key never
 * reaches the page: not in a header, nor in an error that repeats it. When the page goes away, the answer ends too.
 *
 * Refusals: 405 no POST, 403 another page's request, 415 no JSON, 401 nobody signed in, 413 too large, 400 no chat, 403 a model
 * that is not on the list, 409 not connected (or no longer).
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function createChatProxy<Context = unknown>(
  options: ChatProxyOptions<Context>,
): (request: Request, context: Context) => Promise<Response> {
  const { userOf, keyOf, bodyBytesMax = BODY_BYTES_MAX } = options
  const publicUrl = new URL(options.publicUrl).origin
  const url = issuerUrl(options.issuer, '/api/v1/chat/completions')
  const models = new Set(options.models)

  return async (request, context) => {
    if (request.method !== 'POST') return refusal(405, 'Only POST is taken here.', { allow: 'POST' })
    if (isCrossSite(request, publicUrl)) return refusal(403, 'Only pages of this app may ask.')
    const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json') return refusal(415, 'Expected application/json.')
    const user = await userOf(request, context)
    if (user === undefined) return refusal(401, 'Nobody is signed in.')
    const text = request.body === null ? '' : await readBounded(request.body, bodyBytesMax)
    if (text === undefined) return refusal(413, `The request is larger than ${bodyBytesMax} bytes.`)
    const chat = chatOf(text)
    if (typeof chat === 'string') return refusal(400, chat)
    if (!models.has(chat.model)) return refusal(403, 'This model is not offered here.')
    const key = await keyOf(user)
    if (key === undefined) return refusal(409, 'No account is connected.')
    return pass({ body: chat.body, key, user, signal: request.signal })
  }

  /** Ends when the page is gone, or no answer began in time; not while one is on its way. */
  async function pass(of: { body: string; key: string; user: string; signal: AbortSignal }): Promise<Response> {
    // One controller for both ends; Node 20.0 cannot join two signals.
    const end = new AbortController()
    const stop = () => end.abort()
    if (of.signal.aborted) stop()
    of.signal.addEventListener('abort', stop, { once: true })
    const timer = setTimeout(stop, options.headersTimeoutMs ?? HEADERS_MS)
    try {
      return await answerOf({ ...of, signal: end.signal })
    } finally {
      clearTimeout(timer)
    }
  }

  async function answerOf(of: { body: string; key: string; user: string; signal: AbortSignal }): Promise<Response> {
    const { key, user } = of
    const answer = await ask(of)
    if (answer === undefined) return refusal(502, 'The models could not be reached.')
    const { status, body } = answer
    if (status === 401) {
      await leaveUnread(body)
      await options.onKeyRefused?.(user)
      return refusal(409, 'The connection has ended. Connect again.')
    }
    const type = answer.headers.get('content-type') ?? ''
    if (status === 200 && /^(?:text\/event-stream|application\/json)\b/.test(type)) {
      return new Response(body, { status, headers: { ...HEADERS, 'content-type': type } })
    }
    // Statuses that a person can do something about: out of credit, too many, a request that the model does not take.
    const told = [400, 402, 403, 404, 408, 413, 422, 429].includes(status) ? status : 502
    return refusal(told, await messageOf(body, key))
  }

  async function ask({ body, key, signal }: { body: string; key: string; signal: AbortSignal }) {
    const { fetch = globalThis.fetch } = options
    try {
      return await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal,
      })
    } catch {
      // Whatever went wrong may quote the request with its key: nothing of it is told.
      return undefined
    }
  }
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** What will be sent is what was checked: written anew, so that a name that stands twice cannot be read in two ways. */
function chatOf(text: string): { model: string; body: string } | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'The request is no JSON.'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'The request is no JSON object.'
  const fields: Record<string, unknown> = { ...value }
  const foreign = Object.keys(fields).filter((name) => !FIELDS.has(name))
  if (foreign.length > 0)
    return `Not taken here: ${foreign
      .slice(0, 3)
      .map((name) => name.slice(0, 40))
      .join(', ')}.`
  const { model, messages, tools, tool_choice: choice } = fields
  if (!(tools === undefined || (Array.isArray(tools) && tools.every(isFunction))) || !isChoice(choice)) {
    return 'Only tools of type "function" are taken here.'
  }
  if (typeof model !== 'string' || !Array.isArray(messages)) return 'Expected "model" and "messages".'
  return { model, body: JSON.stringify(fields) }
}

/** OpenRouter has tools that it runs itself (`openrouter:web_search`, `openrouter:subagent`): they ask other models, and cost. */
const isFunction = (tool: unknown) =>
  typeof tool === 'object' && tool !== null && 'type' in tool && tool.type === 'function'
const isChoice = (choice: unknown) => choice === undefined || typeof choice === 'string' || isFunction(choice)

async function messageOf(body: ReadableStream<Uint8Array> | null, key: string): Promise<string> {
  try {
    const text = body === null ? '' : ((await readBounded(body, ERROR_BYTES_MAX)) ?? '')
    const found = /"message"\s*:\s*("(?:[^"\\]|\\.){1,1000}")/.exec(text)?.[1]
    if (found !== undefined) return String(JSON.parse(found)).replaceAll(key, '[key]')
  } catch {
    // It broke off, came too late, or is no text: said below.
  }
  return 'The models gave no answer.'
}

function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { code: status, message } }, { status, headers: { ...HEADERS, ...headers } })
}
