import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkToken, hashOf, isToken, kindOf, labelOf, makeToken, SCANNER_PATTERNS, TOKEN_PATTERN } from './token.ts'

const KINDS = ['inference', 'management'] as const
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const malformed = expect.objectContaining({ code: 'key_malformed' })

test.each([
  ['nothing', ''],
  ['another service\u2019s key', `sk-or-v1-${'0'.repeat(64)}`],
  ['an unknown prefix', makeToken('inference').replace('k1', 's1')],
  ['a cut key', makeToken('inference').slice(0, -1)],
  ['a key with a character more', `${makeToken('inference')}0`],
  ['a line break at the end', `${makeToken('inference').slice(0, -1)}\n`],
  ['SQL', `kwy_k1_' OR 1=1 --${'0'.repeat(38)}`],
])('refuses %s', (_, text) => {
  expect(isToken(text)).toBe(false)
  expect(() => checkToken(text)).toThrow(malformed)
})

test('a key of one kind does not pass as the other', () => {
  const token = makeToken('inference')
  expect(isToken(token.replace('kwy_k1_', 'kwy_m1_'))).toBe(false)
})

test('every wrong, swapped or missing character is noticed, and the message tells nothing of the key', () => {
  const token = makeToken('inference')
  const at = fc.integer({ min: 7, max: token.length - 1 })
  const letter = fc.constantFrom(...LETTERS)
  fc.assert(
    fc.property(at, letter, (i, other) => {
      const typo = token.slice(0, i) + other + token.slice(i + 1)
      expect(isToken(typo)).toBe(other === token[i])
      const swapped = token.slice(0, i - 1) + token[i] + token[i - 1] + token.slice(i + 1)
      if (swapped !== token) {
        expect(isToken(swapped)).toBe(false)
        expect(() => checkToken(swapped)).toThrow(malformed)
        expect(() => checkToken(swapped)).not.toThrow(swapped.slice(10, 16))
      }
    }),
  )
})

test.each(KINDS)('an %s key has its form, its kind, and is found by the scanner pattern inside other text', (kind) => {
  const tokens = Array.from({ length: 500 }, () => makeToken(kind))
  expect(new Set(tokens).size).toBe(500)
  const pattern = SCANNER_PATTERNS.find((one) => one.id === `keyway-${kind}-key`)
  for (const token of tokens) {
    expect(token).toMatch(TOKEN_PATTERN)
    expect(isToken(token)).toBe(true)
    expect(() => checkToken(token)).not.toThrow()
    expect(kindOf(token)).toBe(kind)
    expect(new RegExp(pattern?.regex ?? '').exec(`KEY="${token}";`)?.[0]).toBe(token)
  }
})

test('row 128: the hash is SHA-256 in hex, and the label shows a prefix and four characters', () => {
  const token = makeToken('management')
  expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(labelOf(token)).toBe(`kwy_m1_...${token.slice(-4)}`)
})

test('the random part is uniform over its 62 letters', () => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 2000; i++) {
    for (const letter of makeToken('inference').slice(7, 50)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  const expected = (2000 * 43) / 62
  const chi2 = [...LETTERS].reduce((sum, letter) => sum + ((counts.get(letter) ?? 0) - expected) ** 2 / expected, 0)
  // 61 degrees of freedom: above 130 happens once in a million runs of a uniform source.
  expect(chi2).toBeLessThan(130)
})
