import { type Provider, urlUnder } from './provider.ts'

/**
 * The request that checks a credential: costs nothing, and fails with a bad key.
 * @param baseUrl the one that the credential is bound to, without a trailing slash; the row's when absent
 */
export function checkRequest(
  provider: Provider,
  { secret, baseUrl = provider.baseUrl }: { secret: string | undefined; baseUrl?: string },
): { method: 'GET'; url: string; headers: Record<string, string> } {
  const { method, path } = provider.check
  const auth = provider.check.auth ?? provider.auth
  const headers: Record<string, string> = { accept: 'application/json', ...provider.check.headers }
  if (auth !== undefined && secret !== undefined) headers[auth.header] = `${auth.prefix}${secret}`
  return { method, url: urlUnder(baseUrl, path), headers }
}
