import type { Provider } from '../providers/provider.ts'
import type { Attribution } from './call.ts'

/**
 * The headers of one attempt: made from nothing, so that no header of the client can reach a provider unless it stands
 * here. The secret is in this object and nowhere else.
 */
export function upstreamHeaders(
  provider: Provider,
  secret: string | undefined,
  attribution: Attribution,
): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'keyway' }
  if (provider.auth && secret !== undefined) headers[provider.auth.header] = provider.auth.prefix + secret
  if (provider.attribution) {
    if (attribution.referer !== null) headers['http-referer'] = attribution.referer
    if (attribution.title !== null) headers['x-title'] = attribution.title
    if (attribution.categories !== null) headers['x-openrouter-categories'] = attribution.categories
    if (attribution.sessionId !== null) headers['x-session-id'] = attribution.sessionId
  }
  return headers
}
