import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRootKey, parseRootKeys } from './root-key.ts'
import { RootKeyError } from './root-key-error.ts'

const good = () => randomBytes(32)

function faultOf(text: string): string {
  try {
    parseRootKeys(text, 'root.key')
  } catch (error) {
    if (error instanceof RootKeyError) return error.fault
    throw error
  }
  return 'none'
}

test.each([
  ['nothing', ''],
  ['a comment only', '# v1'],
  ['63 hex digits, which Node would cut to 31 bytes', good().toString('hex').slice(1)],
  ['a passphrase, which Node would read as base64', 'v1:correct horse battery staple'],
  ['31 bytes', formatRootKey(1, randomBytes(31))],
  ['33 bytes', formatRootKey(1, randomBytes(33))],
  ['base64 without its padding', formatRootKey(1, good()).replace('=', '')],
  ['base64 with stray bits in the last character', `v1:${'A'.repeat(42)}B=`],
  ['the URL alphabet', `v1:${'-_'.repeat(21)}A=`],
  ['a version twice', `${formatRootKey(1, good())}\n${formatRootKey(1, good())}`],
  ['two primaries', `${formatRootKey(1, good())} primary\n${formatRootKey(2, good())} primary`],
  ['version 0', formatRootKey(0, good())],
  ['a word after the key', `${formatRootKey(1, good())} secondary`],
])('refuses %s', (_, text) => {
  expect(faultOf(text)).toBe('malformed')
})

test.each([
  ['zeros', Buffer.alloc(32)],
  ['0, 1, 2, ...', Buffer.from(Array.from({ length: 32 }, (_, i) => i))],
  ['a text of 32 characters', Buffer.from('0123456789abcdef0123456789abcdef')],
  ['an example phrase', Buffer.from('please-change-me-please-change-me'.slice(0, 32))],
  ['eight bytes, repeated', Buffer.concat(Array.from({ length: 4 }, () => Buffer.from('f1e2d3c4b5a69788', 'hex')))],
])('refuses %s as not random', (_, bytes) => {
  expect(faultOf(formatRootKey(1, bytes))).toBe('weak')
  expect(faultOf(bytes.toString('hex'))).toBe('weak')
})

test('an error names the line and never the key', () => {
  const text = `${formatRootKey(1, good())}\nv2:not-a-key-of-32-bytes`
  expect(() => parseRootKeys(text, 'root.key')).toThrow(/root\.key line 2/)
  expect(() => parseRootKeys(text, 'root.key')).not.toThrow(/not-a-key/)
})

test('random keys are read back, in base64 and hex, the highest version or the marked one being primary', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 8 }), (versions) => {
      const bytes = new Map(versions.map((version) => [version, good()]))
      const lines = [...bytes].map(([version, key], i) =>
        i % 2 === 0 ? formatRootKey(version, key) : `v${version}:${key.toString('hex')}`,
      )
      const root = parseRootKeys(`# keys\r\n\n${lines.join('\r\n')}\n`, 'root.key')
      expect(root.primary).toBe(Math.max(...versions))
      for (const [version, key] of bytes) expect(root.keys.get(version)?.export()).toEqual(key)
      expect(parseRootKeys(`${lines[0]} primary\n${lines.slice(1).join('\n')}`, '').primary).toBe(versions[0])
    }),
  )
})

test('a single key without a version is version 1', () => {
  expect(parseRootKeys(good().toString('base64'), '').primary).toBe(1)
})
