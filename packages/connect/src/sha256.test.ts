import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sha256 } from './sha256.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('sha256', () => {
  // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values (read 2026-11-21)
  test.each([
    ['nothing', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['one block', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'two blocks',
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'a longer message',
      'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
    ],
    ['a million letters', 'a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('gives the vector of NIST for %s', (_name, text, digest) => {
    expect(hex(sha256(new TextEncoder().encode(text)))).toBe(digest)
  })

  test('gives what node:crypto gives, for every length around the blocks and for any bytes', () => {
    const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    for (let length = 0; length <= 200; length++) {
      const bytes = new Uint8Array(length).fill(length)
      expect(hex(sha256(bytes))).toBe(expected(bytes))
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => hex(sha256(bytes)) === expected(bytes)))
  })

  test('makes its constants far from any rounding: an engine whose roots are a little off makes the same', () => {
    for (let n = 2; n <= 311; n++) {
      for (const root of [Math.cbrt(n), Math.sqrt(n)]) {
        const behind = (root * 0x1_0000_0000) % 1
        // Whole roots have nothing behind the point, and are of no prime.
        if (Number.isInteger(Math.round(root * 1e9) / 1e9)) continue
        expect(Math.min(behind, 1 - behind)).toBeGreaterThan(2 ** -14)
      }
    }
  })
})
