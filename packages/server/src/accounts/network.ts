import { isIPv6 } from 'node:net'

/** Groups of an IPv6 address that name the network: a household or a rented machine has 2^64 addresses in one. */
const NETWORK_GROUPS = 4

/**
 * What tries are counted by where one caller can have many addresses: an IPv4 address, or the /64 of an IPv6 one.
 *
 * '203.0.113.9' -> '203.0.113.9'; '::ffff:203.0.113.9' -> '203.0.113.9'; '2001:db8::1' -> '2001:db8:0:0'
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  const whole = [...groups, ...Array<string>(zeros).fill('0'), ...after]
  return whole
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
