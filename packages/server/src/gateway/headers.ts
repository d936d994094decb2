import type { Door, Provider } from '../providers/provider.ts'
import type { Call } from './call.ts'

/**
 * The headers of one attempt: made from nothing, so that no header of the client can reach a provider unless it stands
 * here or belongs to the format. The secret is in this object and nowhere else.
 */
export function upstreamHeaders(
  { provider, door }: { provider: Provider; door: Door },
  secret: string | undefined,
  { headers: own, attribution }: Pick<Call, 'headers' | 'attribution'>,
): Record<string, string> {
  const headers: Record<string, string> = {
    ...door.headers,
    ...own,
    'content-type': 'application/json',
    'user-agent': 'keyway',
  }
  const auth = door.auth ?? provider.auth
  if (provider.auth && auth && secret !== undefined) headers[auth.header] = auth.prefix + secret
  if (provider.attribution) {
    if (attribution.referer !== null) headers['http-referer'] = attribution.referer
    if (attribution.title !== null) headers['x-title'] = attribution.title
    if (attribution.categories !== null) headers['x-openrouter-categories'] = attribution.categories
    if (attribution.sessionId !== null) headers['x-session-id'] = attribution.sessionId
  }
  return headers
}
