import type { CancelSignal } from '../base/cancellation.ts'
import type { OutboundResponse } from '../net/request.ts'
import { urlUnder } from '../providers/provider.ts'
import type { Attempt } from '../router/attempt.ts'
import type { UpstreamError } from '../wire/codec.ts'
import { blankSecret } from './blank-secret.ts'
import type { Call } from './call.ts'
import { doorOf } from './door.ts'
import { upstreamHeaders } from './headers.ts'
import type { Gateway } from './house.ts'

/** A provider's response, whose body has not been read. */
export type Asked = {
  response: OutboundResponse
  /** Blanks the secret that it was asked with, which an error may quote. */
  blank(error: UpstreamError): UpstreamError
}

/**
 * Sends one request of an attempt: the credential is opened last, and stands in one header.
 * @param of.path under the provider's base URL, of its door for the call's format
 * @throws KeywayError what `net` throws
 */
export async function ask(
  call: Call,
  attempt: Attempt,
  of: { path: string; body: Uint8Array; signal: CancelSignal; gateway: Gateway },
): Promise<Asked> {
  const { path, body, signal, gateway } = of
  const { provider, credential } = attempt
  const { baseUrl } = provider
  const opened = credential === undefined ? undefined : gateway.openCredential(credential.id, baseUrl)
  const secret = opened instanceof Promise ? await opened : opened
  const response = await gateway.dispatch({
    method: 'POST',
    url: urlUnder(baseUrl, path),
    headers: upstreamHeaders({ provider, door: doorOf(attempt, call.codec.id) }, secret, call),
    body,
    signal,
    addresses: credential?.allowPrivate === true || gateway.allowsPrivate(provider.id) ? 'private-allowed' : 'public',
    headersTimeoutMs: gateway.limits.firstEventMs,
    idleTimeoutMs: gateway.limits.idleMs,
  })
  return { response, blank: (error) => blankSecret(error, secret) }
}
