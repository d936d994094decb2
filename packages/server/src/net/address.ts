import { isIP } from 'node:net'

/**
 * Where an address leads. 'public': the open internet. 'private': loopback, local networks and whatever else is not
 * routed publicly; the operator may allow it. 'never': link-local, cloud metadata, multicast, tunnels.
 */
export type AddressClass = 'public' | 'private' | 'never'

type Range4 = readonly [network: string, bits: number, kind: AddressClass]

// The first match decides.
// @see https://www.iana.org/assignments/iana-ipv4-special-registry (read 2026-11-21)
const RANGES4: readonly Range4[] = [
  ['169.254.0.0', 16, 'never'], // link-local; AWS, Azure, Google and others answer metadata on .169.254 and .170.2
  ['100.100.100.200', 32, 'never'], // Alibaba Cloud metadata
  ['168.63.129.16', 32, 'never'], // Azure's wire server, though the address is a public one
  ['192.0.0.192', 32, 'never'], // Oracle Cloud metadata
  ['224.0.0.0', 4, 'never'], // multicast
  ['240.0.0.0', 4, 'never'], // reserved, and broadcast
  ['0.0.0.0', 8, 'private'], // "this host": Linux connects it to loopback
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'], // carrier-grade NAT
  ['127.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'private'],
  ['192.0.2.0', 24, 'private'], // documentation
  ['192.88.99.0', 24, 'private'], // 6to4 relays
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'private'], // benchmarking
  ['198.51.100.0', 24, 'private'], // documentation
  ['203.0.113.0', 24, 'private'], // documentation
]

function toUint32(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function classify4(address: number): AddressClass {
  for (const [network, bits, kind] of RANGES4) {
    const size = 2 ** (32 - bits)
    if (Math.floor(address / size) === Math.floor(toUint32(network) / size)) return kind
  }
  return 'public'
}

/** The eight 16-bit groups of a valid IPv6 address: '::ffff:1.2.3.4' -> [0,0,0,0,0,0xffff,0x102,0x304]. */
function groupsOf(address: string): number[] {
  const plain = address.replace(/%.*$/, '').replace(/(\d+\.\d+\.\d+\.\d+)$/, (quad) => {
    const value = toUint32(quad)
    return `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`
  })
  const [left = '', right] = plain.split('::')
  const parse = (side: string) => (side === '' ? [] : side.split(':').map((group) => Number.parseInt(group, 16)))
  const head = parse(left)
  if (right === undefined) return head
  const tail = parse(right)
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

/** An IPv4 address inside an IPv6 one: never public by itself, since only the operator can know what translates it. */
function classifyEmbedded(high: number, low: number): AddressClass {
  return classify4(high * 65_536 + low) === 'never' ? 'never' : 'private'
}

// @see https://www.iana.org/assignments/iana-ipv6-special-registry (read 2026-11-21)
function classify6(groups: readonly number[]): AddressClass {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups
  const zeroTo4 = (a | b | c | d) === 0
  if (zeroTo4 && (e | f | g) === 0 && h <= 1) return 'private' // :: and ::1
  if (zeroTo4 && e === 0 && (f === 0 || f === 0xffff)) return classifyEmbedded(g, h) // compatible, mapped
  if (zeroTo4 && e === 0xffff && f === 0) return classifyEmbedded(g, h) // translated, RFC 2765
  if (a === 0x64 && b === 0xff9b && (c | d | e | f) === 0) return classifyEmbedded(g, h) // NAT64
  if (a === 0xfd00 && b === 0x0ec2) return 'never' // AWS metadata: fd00:ec2::254 and its neighbours
  if (a === 0xfd20 && b === 0x00ce) return 'never' // Google Cloud metadata: fd20:ce::254
  if (a >= 0xfc00 && a <= 0xfdff) return 'private' // unique local
  if (a >= 0xfec0 && a <= 0xfeff) return 'private' // site-local, deprecated
  if (a < 0x2000 || a > 0x3fff) return 'never' // link-local, multicast, and everything that is not assigned to hosts
  if (a === 0x2002) return 'never' // 6to4: any IPv4 address may be inside
  if (a === 0x2001 && b === 0) return 'never' // Teredo, likewise
  if (a === 0x2001 && b < 0x200) return 'private' // protocol assignments
  if (a === 0x2001 && b === 0xdb8) return 'private' // documentation
  if (a === 0x3fff && b < 0x1000) return 'private' // documentation
  return 'public'
}

/**
 * Classifies a literal address in any spelling that `net.isIP` takes. What is no address is 'never'.
 * '10.0.0.1' -> 'private'; '64:ff9b::a9fe:a9fe' -> 'never' (169.254.169.254 behind NAT64)
 */
export function classifyAddress(address: string): AddressClass {
  const version = isIP(address)
  if (version === 4) return classify4(toUint32(address))
  if (version === 6) return classify6(groupsOf(address))
  return 'never'
}

// Names by which clouds serve credentials to their machines; some resolve to addresses that look private or public.
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'metadata.azure.com',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'metadata.oraclecloud.com',
  'rancher-metadata',
])

/** Is this lower-case host name one of a cloud's metadata services? A trailing dot changes nothing. */
export function isMetadataName(hostname: string): boolean {
  const name = hostname.replace(/\.+$/, '')
  if (METADATA_NAMES.has(name)) return true
  return name.endsWith('.metadata.google.internal') || name.endsWith('.metadata.goog')
}

/** May a request under this policy connect to that address? */
export function mayConnect(address: string, policy: 'public' | 'private-allowed'): boolean {
  const kind = classifyAddress(address)
  return kind === 'public' || (kind === 'private' && policy === 'private-allowed')
}
