import { KeywayError } from '../base/errors.ts'
import type { Dispatch } from '../net/request.ts'
import { parseModelList } from './discover.ts'
import type { DiscoveredModel } from './discovered.ts'
import { parseOpenRouterModels } from './openrouter-models.ts'
import type { Provider } from './provider.ts'

/** Bytes of a list of models. OpenRouter's has about 2 MB for 700 models. */
const LIST_BYTES_MAX = 16 * 1024 * 1024

/** How to ask one provider for its list. */
export type ListRequest = {
  provider: Provider
  /** The base URL to ask, without a trailing slash; the row's when absent. */
  baseUrl?: string
  /** undefined: the list is asked for without a credential. */
  secret?: string | undefined
  addresses: 'public' | 'private-allowed'
  signal: AbortSignal
  headersTimeoutMs: number
  idleTimeoutMs: number
  nowMs: number
}

/**
 * Asks a provider for its models. The caller keeps what it had when this throws: an unreachable provider has not lost its
 * models.
 * @throws KeywayError provider_invalid_reply when the answer is no such list or too long, provider_credential_rejected,
 *   provider_unavailable, and what `dispatch` throws
 */
export async function fetchModels(dispatch: Dispatch, request: ListRequest): Promise<DiscoveredModel[]> {
  const { provider, secret } = request
  const headers: Record<string, string> = { accept: 'application/json' }
  if (provider.auth !== undefined && secret !== undefined)
    headers[provider.auth.header] = `${provider.auth.prefix}${secret}`
  const response = await dispatch({
    method: 'GET',
    url: `${request.baseUrl ?? provider.baseUrl}/models`,
    headers,
    signal: request.signal,
    addresses: request.addresses,
    headersTimeoutMs: request.headersTimeoutMs,
    idleTimeoutMs: request.idleTimeoutMs,
  })
  if (response.status !== 200) {
    response.body.destroy()
    const code =
      response.status === 401 || response.status === 403 ? 'provider_credential_rejected' : 'provider_unavailable'
    throw new KeywayError(code, `${provider.id} answered ${response.status} to the request for its models.`)
  }
  const json = parseJson(await readBody(response.body, provider.id), provider.id)
  const readAt = `${new Date(request.nowMs).toISOString().slice(0, 19)}Z`
  const models =
    provider.id === 'openrouter'
      ? parseOpenRouterModels(json, readAt)
      : parseModelList(json, `${provider.id}@${readAt}`)
  if (models === undefined) throw invalid(provider.id, 'is no list of models')
  return models
}

async function readBody(body: AsyncIterable<Uint8Array>, provider: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    // Leaving the loop destroys the connection.
    if (bytes > LIST_BYTES_MAX) throw invalid(provider, `is longer than ${LIST_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(bytes: Buffer, provider: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new KeywayError('provider_invalid_reply', `${provider}'s list of models is no JSON.`, { cause })
  }
}

function invalid(provider: string, what: string): KeywayError {
  return new KeywayError('provider_invalid_reply', `${provider}'s list of models ${what}.`)
}
