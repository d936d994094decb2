import { BlockList, isIP } from 'node:net'
import { KeywayError } from '../base/errors.ts'

/** Entries of a key's list of addresses. */
const ENTRIES_MAX = 100
/** Bits of an address by its family. */
const BITS = { 4: 32, 6: 128 } as const

/** Whether a key answers calls from an address. */
export type AddressMatcher = (address: string) => boolean

type Range = { address: string; bits: number; family: 'ipv4' | 'ipv6' }

/**
 * Compiles a key's list of addresses and ranges. An IPv4 address is the same one where it comes in IPv6's clothes, as
 * it does on a socket that listens for both.
 *
 * ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32']
 */
export function addressMatcher(list: readonly string[]): AddressMatcher {
  // A list for each family: in one, a wide range of IPv6 would take in all of IPv4.
  const listed = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const entry of list) {
    const range = readRange(entry)
    if (range !== undefined) listed[range.family].addSubnet(range.address, range.bits, range.family)
  }
  return (address) => {
    const plain = unmapped(address)
    const version = isIP(plain)
    if (version === 0) return false
    const family = version === 4 ? 'ipv4' : 'ipv6'
    return listed[family].check(plain, family)
  }
}

/**
 * Checks a list of addresses as someone wrote it, and drops repetitions.
 * @throws KeywayError `invalid_request`, naming the entry
 */
export function checkAddressList(list: readonly string[]): string[] {
  if (list.length === 0 || list.length > ENTRIES_MAX) {
    throw refuse(`"ips" has ${list.length} entries, expected 1 to ${ENTRIES_MAX}, or null to answer every address`)
  }
  for (const entry of list) {
    if (readRange(entry) !== undefined) continue
    const shown = JSON.stringify(entry.slice(0, 60))
    throw refuse(`"ips" holds ${shown}, expected an address such as 203.0.113.7 or a range such as 10.0.0.0/8`)
  }
  return [...new Set(list)]
}

function readRange(entry: string): Range | undefined {
  const [address = '', bits, ...rest] = entry.split('/')
  const family = isIP(address)
  // A zone names an interface of one machine, and a mapped address is IPv4, with other bits.
  if (family === 0 || rest.length > 0 || address.includes('%') || unmapped(address) !== address) return undefined
  const most = family === 4 ? BITS[4] : BITS[6]
  if (bits !== undefined && (!/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > most)) return undefined
  return { address, bits: bits === undefined ? most : Number(bits), family: family === 4 ? 'ipv4' : 'ipv6' }
}

/** '::ffff:203.0.113.7' -> '203.0.113.7' */
function unmapped(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped ?? address
}

function refuse(message: string): KeywayError {
  return new KeywayError('invalid_request', `${message}.`, { metadata: { field: 'ips' } })
}
