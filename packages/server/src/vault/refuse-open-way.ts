import { isIP } from 'node:net'
import { KeywayError } from '../base/errors.ts'
import { classifyAddress } from '../net/address.ts'

/**
 * Refuses to send a secret over plain http to wherever it is not certain that it stays at home: what goes over the
 * internet so is read by everybody on the way. Private addresses are another rule's, which asks for the same permission.
 *
 * 'http://api.example.com/v1' -> refused; with `allowPrivate`, or as 'https://...' -> taken
 * @throws KeywayError `invalid_request`
 */
export function refuseOpenWay(baseUrl: string, { allowPrivate }: { allowPrivate: boolean }): void {
  const { protocol, hostname } = new URL(baseUrl)
  if (protocol !== 'http:' || allowPrivate || hostname === 'localhost') return
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && classifyAddress(host) !== 'public') return
  throw new KeywayError(
    'invalid_request',
    '"base_url" is invalid: expected https://, since over http:// everybody on the way can read the key.',
    { fix: 'Use https. A server in your own network takes http once the owner allows private addresses.' },
  )
}
