import type { Dispatch, OutboundResponse } from '../net/request.ts'

/**
 * Asks an app's own site for something, by the one way that leads to sites which strangers name: to public addresses only,
 * without a redirect, and with nothing that tells of the person.
 * @param of.accept the one media type that is of use
 * @param of.waitMs for the site's first word, and between two
 * @throws KeywayError where the site cannot be reached, or is not to be
 */
export function askSite(
  dispatch: Dispatch,
  url: string,
  { accept, signal, waitMs }: { accept: string; signal: AbortSignal; waitMs: number },
): Promise<OutboundResponse> {
  return dispatch({
    method: 'GET',
    url,
    headers: { accept, 'user-agent': 'Keyway' },
    signal,
    addresses: 'public',
    headersTimeoutMs: waitMs,
    idleTimeoutMs: waitMs,
  })
}
