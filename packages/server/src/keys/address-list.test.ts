import { expect, test } from 'vitest'
import { addressMatcher, checkAddressList } from './address-list.ts'

test.each([
  ['an empty list', []],
  ['a name', ['localhost']],
  ['half an address', ['10.0']],
  ['33 bits of IPv4', ['10.0.0.0/33']],
  ['129 bits of IPv6', ['2001:db8::/129']],
  ['no bits after the stroke', ['10.0.0.0/']],
  ['bits with a nought before', ['10.0.0.0/08']],
  ['two strokes', ['10.0.0.0/8/8']],
  ['an address with a nought before', ['010.0.0.1']],
  ['a zone', ['fe80::1%eth0']],
  ['IPv4 in the clothes of IPv6', ['::ffff:10.0.0.1']],
  ['a space', ['10.0.0.1 ']],
  ['101 entries', Array.from({ length: 101 }, (_, i) => `10.0.0.${i}`)],
])('refuses %s', (_, list) => {
  expect(() => checkAddressList(list)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test('keeps order and drops repetitions', () => {
  const list = ['2001:db8::/32', '10.0.0.1', '0.0.0.0/0', '10.0.0.1']
  expect(checkAddressList(list)).toEqual(['2001:db8::/32', '10.0.0.1', '0.0.0.0/0'])
})

test.each([
  ['203.0.113.7', true],
  ['203.0.113.8', false],
  ['10.255.255.255', true],
  ['11.0.0.0', false],
  ['::ffff:10.1.2.3', true],
  ['::FFFF:11.1.2.3', false],
  ['2001:db8:ffff::1', true],
  ['2001:0DB8:0:0:0:0:0:1', true],
  ['2001:db9::', false],
  ['::1', true],
  ['::2', false],
  ['not an address', false],
  ['', false],
])('of the list, %s is let in: %s', (address, expected) => {
  expect(addressMatcher(['203.0.113.7', '10.0.0.0/8', '2001:db8::/32', '::1'])(address)).toBe(expected)
})

test('the whole of one family is not the other', () => {
  expect(addressMatcher(['0.0.0.0/0'])('192.0.2.1')).toBe(true)
  expect(addressMatcher(['0.0.0.0/0'])('2001:db8::1')).toBe(false)
  expect(addressMatcher(['::/0'])('2001:db8::1')).toBe(true)
  expect(addressMatcher(['::/0'])('192.0.2.1')).toBe(false)
})
