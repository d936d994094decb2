// The API is open to every origin, without cookies: browser apps that hold a key call it directly, and so do PKCE apps
// while they exchange their code. @see openrouter-compatible behaviour 20 in docs/architecture.md

/** Both spellings of the API. Everything under them answers in JSON, to any origin, and takes keys only. */
export const API_PREFIXES = ['/api/v1', '/v1'] as const

/** Does a request target lie under the API? */
export function isApi(url: string): boolean {
  return API_PREFIXES.some((prefix) => url.startsWith(`${prefix}/`))
}

/** Where programs of standard OAuth call, and read what this server is; from pages as well, and never with cookies. */
export function isStandardOauth(url: string): boolean {
  return /^\/(?:oauth\/(?:token|revoke)|\.well-known\/oauth-[a-z-]+)(?:[/?]|$)/.test(url)
}

/** Whether pages of any origin may read the answers there. */
export function isOpenToPages(url: string): boolean {
  return isApi(url) || isStandardOauth(url)
}

const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'HTTP-Referer',
  'X-Title',
  'X-OpenRouter-Title',
  'X-OpenRouter-Categories',
  'X-OpenRouter-Metadata',
  'X-OpenRouter-Cache',
  'X-OpenRouter-Cache-TTL',
  'X-Session-Id',
  'X-Keyway-Tags',
  'X-Api-Key',
  'DPoP',
  'MCP-Protocol-Version',
  'Anthropic-Version',
  'Anthropic-Beta',
  'Anthropic-Dangerous-Direct-Browser-Access',
  'Idempotency-Key',
  // The official clients' own telemetry; a preflight that does not list one of them fails the whole call.
  'X-Stainless-Arch',
  'X-Stainless-Async',
  'X-Stainless-Helper-Method',
  'X-Stainless-Lang',
  'X-Stainless-OS',
  'X-Stainless-Package-Version',
  'X-Stainless-Poll-Helper',
  'X-Stainless-Retry-Count',
  'X-Stainless-Runtime',
  'X-Stainless-Runtime-Version',
  'X-Stainless-Timeout',
]
const ALLOWED = new Set(ALLOWED_HEADERS.map((name) => name.toLowerCase()))
/** A preflight names at most this many characters of headers; browsers send far fewer. */
const REQUESTED_CHARACTERS_MAX = 2_000

const EXPOSED =
  'X-Generation-Id, Retry-After, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Keyway-Served-By, X-Keyway-Losses, X-Keyway-Output-Clamped, X-Keyway-Token-Count, X-Request-Id, Request-Id'

/** On every answer to a call that carries an Origin. */
export const CORS_HEADERS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED } as const

/**
 * The answer to a preflight. Unlisted headers are allowed by their family (`x-stainless-*`, `anthropic-*`,
 * `x-openrouter-*`): the clients add new ones without notice.
 */
export function preflight(methods: string, requested: string | undefined): Record<string, string> {
  const extra = (requested ?? '')
    .slice(0, REQUESTED_CHARACTERS_MAX)
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^(?:x-stainless|anthropic|x-openrouter)-[a-z0-9-]{1,64}$/.test(name) && !ALLOWED.has(name))
  return {
    ...CORS_HEADERS,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': [...ALLOWED_HEADERS, ...extra].join(', '),
    'access-control-max-age': '86400',
  }
}
