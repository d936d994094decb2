import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns'
import { KeywayError } from '../base/errors.ts'
import { mayConnect } from './address.ts'
import type { OutboundRequest } from './request.ts'

/** All addresses of a name. Rejects with Node's own error (`ENOTFOUND`, `EAI_AGAIN`) when there is none. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

/** The operating system's resolver: hosts file, search domains and all. */
export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)))
  })

/** Shares one look-up among those who ask for the same name at the same time: a burst of calls is one query. */
export function shareLookups(resolve: Resolve): Resolve {
  const running = new Map<string, Promise<LookupAddress[]>>()
  return (hostname) => {
    const known = running.get(hostname)
    if (known !== undefined) return known
    const lookingUp = resolve(hostname).finally(() => running.delete(hostname))
    running.set(hostname, lookingUp)
    return lookingUp
  }
}

/**
 * The addresses of a name, every one of which the policy allows. One forbidden address condemns the name: a resolver that
 * mixes good and bad ones is trying something.
 * @throws KeywayError address_forbidden; else the resolver's error
 */
export async function resolveVetted(
  hostname: string,
  policy: OutboundRequest['addresses'],
  resolve: Resolve,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const [first, ...others] = await resolve(hostname)
  if (first === undefined) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' })
  if (![first, ...others].every(({ address }) => mayConnect(address, policy))) {
    throw new KeywayError('address_forbidden', `${hostname} resolves to an address that may not be called.`)
  }
  return [first, ...others]
}
