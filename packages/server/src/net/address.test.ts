import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifyAddress, isMetadataName, mayConnect } from './address.ts'

const NEVER = [
  ['link-local', '169.254.0.1'],
  ['metadata', '169.254.169.254'],
  ['ECS metadata', '169.254.170.2'],
  ['Alibaba metadata', '100.100.100.200'],
  ['Azure wire server', '168.63.129.16'],
  ['Oracle metadata', '192.0.0.192'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['link-local v6', 'fe80::1'],
  ['link-local v6 with zone', 'fe80::1%eth0'],
  ['end of link-local v6', 'febf:ffff::1'],
  ['multicast v6', 'ff02::1'],
  ['mapped metadata', '::ffff:169.254.169.254'],
  ['mapped metadata in hex', '::ffff:a9fe:a9fe'],
  ['compatible metadata', '::169.254.169.254'],
  ['NAT64 metadata', '64:ff9b::a9fe:a9fe'],
  ['NAT64 metadata, dotted', '64:ff9b::169.254.169.254'],
  ['local NAT64', '64:ff9b:1::a00:1'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['AWS metadata v6', 'fd00:ec2::254'],
  ['Google metadata v6', 'fd20:ce::254'],
  ['unassigned', '4000::1'],
  ['discard', '100::1'],
  ['no address', 'example.com'],
  ['nothing', ''],
] as const

const PRIVATE = [
  '0.0.0.0',
  '10.0.0.0',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fdff::1',
  'fec0::1',
  '2001:db8::1',
  '2001:10::1',
  '3fff::1',
]

const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2a00:1450::1',
  '2001:200::1',
  '3ffe::1',
]

test.each(NEVER)('never: %s %s', (_name, address) => {
  expect(classifyAddress(address)).toBe('never')
  expect(mayConnect(address, 'private-allowed')).toBe(false)
})

test.each(PRIVATE)('only where the operator allowed it: %s', (address) => {
  expect(classifyAddress(address)).toBe('private')
  expect(mayConnect(address, 'public')).toBe(false)
  expect(mayConnect(address, 'private-allowed')).toBe(true)
})

test.each(PUBLIC)('public: %s', (address) => {
  expect(classifyAddress(address)).toBe('public')
})

test('an IPv4 address inside an IPv6 one is never freer than by itself', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  const shells = ['::ffff:', '::', '64:ff9b::', '::ffff:0:']
  fc.assert(
    fc.property(byte, byte, byte, byte, fc.constantFrom(...shells), (a, b, c, d, shell) => {
      const inner = `${a}.${b}.${c}.${d}`
      const outer = classifyAddress(`${shell}${inner}`)
      expect(outer).not.toBe('public')
      if (classifyAddress(inner) === 'never') expect(outer).toBe('never')
    }),
  )
})

test('every spelling of one IPv6 address has one class', () => {
  const group = fc.integer({ min: 0, max: 0xffff })
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const long = groups.map((value) => value.toString(16).padStart(4, '0')).join(':')
      const short = new URL(`http://[${long}]/`).hostname.slice(1, -1)
      expect(classifyAddress(short)).toBe(classifyAddress(long.toUpperCase()))
    }),
  )
})

test('metadata names are known with a trailing dot and below their own domain', () => {
  expect(isMetadataName('metadata.google.internal')).toBe(true)
  expect(isMetadataName('metadata.google.internal.')).toBe(true)
  expect(isMetadataName('x.metadata.google.internal')).toBe(true)
  expect(isMetadataName('metadata')).toBe(true)
  expect(isMetadataName('metadata.example.com')).toBe(false)
})
