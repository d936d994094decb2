import { KeywayError } from '../base/errors.ts'

// A callback's origin is all that tells who an app is, so it must read the same to every program that looks at it. The
// raw text is judged, not what a URL parser makes of it: the parser drops tabs and newlines, turns 'java\tscript:' into
// 'javascript:', '0x7f.1' into '127.0.0.1' and full-width letters into ASCII, and hides a bare '#'.
// @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1 https://www.rfc-editor.org/rfc/rfc8252#section-7.3

/** Characters of a callback. Longer ones are attacks or mistakes: browsers and proxies cut at 8 KB. */
const CALLBACK_CHARACTERS_MAX = 2_000
/** What we say ourselves there: a callback that says it already could pass for our answer. */
const OURS = ['code', 'error', 'iss']
/** Ports from 1024 up that browsers do not connect to. @see https://fetch.spec.whatwg.org/#port-blocking (read 2026-11) */
const BLOCKED_PORTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
])
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Where an app is sent back to. */
export type Callback = {
  /** Byte for byte as it came. */
  url: string
  /** 'https://app.example', 'http://localhost:3000': who the app is. */
  origin: string
  /** 'this-computer': a program on the person's own computer, whichever it is. */
  kind: 'web' | 'this-computer'
}

/**
 * Checks a callback.
 * @param ownOrigin ours: a callback to ourselves would turn our own pages into somebody's tool
 * @param field what it was sent as
 * @throws KeywayError `invalid_request`, saying what is wrong with it
 */
export function checkCallback(raw: string, ownOrigin: string, field = 'callback_url'): Callback {
  try {
    return judge(raw, ownOrigin)
  } catch (error) {
    if (!(error instanceof CallbackProblem)) throw error
    const of = { metadata: { field }, ...(error.cause === undefined ? {} : { cause: error.cause }) }
    throw new KeywayError('invalid_request', `"${field}" is not accepted: ${error.message}.`, of)
  }
}

/** What is wrong with a callback, before it is known what it was sent as. */
class CallbackProblem extends Error {}

function judge(raw: string, ownOrigin: string): Callback {
  if (raw.length > CALLBACK_CHARACTERS_MAX) throw refuse(`it is longer than ${CALLBACK_CHARACTERS_MAX} characters`)
  if (!/^[\x21-\x7e]+$/.test(raw))
    throw refuse('it holds characters that no address has; write other letters in punycode')
  if (raw.includes('\\')) throw refuse('it holds a backslash')
  if (raw.includes('#')) throw refuse('it has a fragment (#)')
  if (!/^https?:\/\/[^/]/.test(raw)) throw refuse('it does not begin with https:// (or, on this computer, http://)')
  const authority = /^https?:\/\/([^/?]*)/.exec(raw)?.[1] ?? ''
  if (/[@%]/.test(authority)) throw refuse('it has a user name, or an escaped host')
  const url = parse(raw)
  // A root path may be left out; everything else must read as it will be used.
  if (raw !== url.href && raw !== url.href.replace(/\/(?=\?|$)/, '')) {
    throw refuse(`it is not in its plain form; write ${JSON.stringify(url.href.slice(0, 200))}`)
  }
  if (/%(?:2e|2f|5c|00)/i.test(url.pathname)) throw refuse('its path holds an escaped dot, slash or backslash')
  if (url.hostname.endsWith('.')) throw refuse('its host ends in a dot')
  const loopback = LOOPBACK_HOSTS.has(url.hostname)
  if (url.protocol === 'http:' && !loopback) {
    throw refuse('plain http is for this computer only: localhost, 127.0.0.1 or [::1]')
  }
  checkPort(url, loopback)
  if (isOurs(url, ownOrigin)) throw refuse('it leads back to this Keyway itself')
  for (const name of url.searchParams.keys()) {
    if (OURS.includes(name)) throw refuse(`its query has "${name}", which is what the answer says`)
  }
  return { url: raw, origin: url.origin, kind: loopback ? 'this-computer' : 'web' }
}

/**
 * The callback with what we say added to its query, which stays byte for byte.
 * ('https://app.example/cb?s=%2B', { code: 'x' }) -> 'https://app.example/cb?s=%2B&code=x'
 */
export function answerAddress(callback: string, answer: Readonly<Record<string, string | null>>): string {
  const said = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== null)
  const joint = !callback.includes('?') ? '?' : /[?&]$/.test(callback) ? '' : '&'
  return `${callback}${joint}${new URLSearchParams(said)}`
}

/** Whether the callback's own query holds a state, which is kept as it is. */
export function hasState(callback: string): boolean {
  return new URL(callback).searchParams.has('state')
}

/** On this computer one port is one program, by whichever of its names. */
function isOurs(url: URL, ownOrigin: string): boolean {
  const own = new URL(ownOrigin)
  const here = LOOPBACK_HOSTS.has(own.hostname) && LOOPBACK_HOSTS.has(url.hostname)
  return url.origin === own.origin || (here && url.port === own.port && url.protocol === own.protocol)
}

function parse(raw: string): URL {
  try {
    return new URL(raw)
  } catch (cause) {
    throw refuse('it is no address', cause)
  }
}

function checkPort(url: URL, loopback: boolean): void {
  if (url.port === '') return
  const port = Number(url.port)
  if (port >= 1024 ? BLOCKED_PORTS.has(port) : !(loopback && port === 443)) {
    throw refuse(`port ${port} is not one that browsers open for this`)
  }
}

function refuse(problem: string, cause?: unknown): CallbackProblem {
  return new CallbackProblem(problem, { cause })
}
