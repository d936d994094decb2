import type { AppApi, ChatApi, OauthApi } from '@keyway/contract'
import { AppError, readFailure } from './app-error.ts'

/** An answer takes at most this long; a provider that checks a pasted key may need many seconds of it. Milliseconds. */
const ANSWER_MS = 60_000

/** Every endpoint that the app asks. */
export type Api = AppApi & ChatApi & OauthApi
type Endpoint = keyof Api

type Parts<E extends Endpoint> = {
  /** For `:name` in the path. */
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string | number | undefined>>
  signal?: AbortSignal
} & (Api[E]['body'] extends undefined ? { body?: undefined } : { body: Api[E]['body'] })

/**
 * Asks the server: `request('DELETE /api/app/keys/:hash', { params: { hash } })`.
 * @throws AppError with the server's words; 'offline' when there was no answer
 */
export async function request<E extends Endpoint>(
  endpoint: E,
  ...[parts]: Api[E]['body'] extends undefined ? [Parts<E>?] : [Parts<E>]
): Promise<Api[E]['answer']> {
  const [method = 'GET', pattern = ''] = endpoint.split(' ')
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parts?.params?.[name] ?? ''))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts?.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  const limit = AbortSignal.timeout(ANSWER_MS)
  let response: Response
  try {
    response = await fetch(query.size === 0 ? path : `${path}?${query}`, {
      method,
      signal: parts?.signal ? AbortSignal.any([parts.signal, limit]) : limit,
      // Other origins cannot send this content type without asking first, which is what keeps them out.
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }),
      ...(parts?.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    })
  } catch (cause) {
    if (parts?.signal?.aborted) throw cause
    throw new AppError('offline', 'offline', { cause })
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw readFailure(response.status, body)
  // The one place where a value from the network gets its type: server and app share the contract.
  return body as Api[E]['answer']
}
