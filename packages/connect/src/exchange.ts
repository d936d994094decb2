import type { AuthorizationCode } from './callback.ts'
import { ConnectError } from './connect-error.ts'
import { issuerUrl } from './issuer.ts'
import { leaveUnread, readBounded } from './read-bounded.ts'

/**
 * The global `fetch`, or something like it. It must not follow redirects where `redirect` says `manual`.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.12
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A key that its owner controls at the issuer. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export type ConnectedKey = {
  /** The key. A secret. */
  key: string
  /** The person at the issuer, where it says. */
  userId: string | null
}

/** What an exchange takes beside the code. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.5 */
export type ExchangeOptions = {
  issuer: string
  /** Of the authorization that the code answers. */
  verifier: string
  /** The global one when not said. */
  fetch?: Fetch
  /** How long the whole exchange may take, in milliseconds; 15,000 when not said. */
  timeoutMs?: number
}

/** A person waits for it. Milliseconds. */
const EXCHANGE_MS = 15_000
/** The reply is one key: a few hundred bytes. */
const REPLY_BYTES_MAX = 65_536
/** Keys are a prefix and some 40 to 100 characters of visible ASCII. */
const KEY = /^[\x21-\x7e]{8,512}$/
const USER_ID_CHARACTERS_MAX = 256

/**
 * Exchanges a code for a key (RFC 6749 section 4.1.3, RFC 7636 section 4.5). Once: a code is spent by the attempt, so
 * nothing is retried.
 * @throws ConnectError `refused` (400 and 403 alike), `unreachable`, `malformed`
 */
export async function exchangeCode(code: AuthorizationCode, options: ExchangeOptions): Promise<ConnectedKey> {
  const response = await send(code, options)
  const { status } = response
  if (status === 200) return readKey(await readText(response.body))
  // What it says beside the status is not needed, and may be anything.
  await leaveUnread(response.body)
  if (status === 400 || status === 403) {
    throw new ConnectError('refused', 'The issuer refused the code.', { status })
  }
  if (status < 400)
    throw new ConnectError('malformed', `The issuer answered ${status}, which is no answer here.`, { status })
  throw new ConnectError('unreachable', `The issuer answered ${status}.`, { status })
}

async function send(code: AuthorizationCode, options: ExchangeOptions): Promise<Response> {
  const { issuer, verifier, fetch = globalThis.fetch, timeoutMs = EXCHANGE_MS } = options
  const url = issuerUrl(issuer, '/api/v1/auth/keys')
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ code: code.reveal(), code_verifier: verifier, code_challenge_method: 'S256' }),
      // Not 'error', which Cloudflare's workers do not know: a redirect is an answer with a status that is refused above.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw trouble(cause)
  }
}

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  try {
    const text = body === null ? '' : await readBounded(body, REPLY_BYTES_MAX)
    if (text === undefined) throw new ConnectError('malformed', 'The issuer\u2019s reply is longer than a key.')
    return text
  } catch (cause) {
    throw trouble(cause)
  }
}

function readKey(text: string): ConnectedKey {
  const { key, user_id: userId = null } = membersOf(text)
  if (typeof key !== 'string' || !KEY.test(key))
    throw new ConnectError('malformed', 'The issuer\u2019s reply holds no key.')
  const isUser = typeof userId === 'string' && userId !== '' && userId.length <= USER_ID_CHARACTERS_MAX
  if (userId !== null && !isUser) throw new ConnectError('malformed', 'The issuer\u2019s reply names no user.')
  return { key, userId }
}

function membersOf(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Not the parser's words: they quote the text.
    throw new ConnectError('malformed', 'The issuer\u2019s reply is no JSON.')
  }
  if (typeof value !== 'object' || value === null)
    throw new ConnectError('malformed', 'The issuer\u2019s reply is no object.')
  return { ...value }
}

function trouble(cause: unknown): ConnectError {
  if (cause instanceof ConnectError) return cause
  return new ConnectError('unreachable', 'The issuer could not be asked.', { cause })
}
