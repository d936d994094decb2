import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ARGUMENT_PIECE_CHARACTERS,
  countCachedTokens,
  countPromptTokens,
  countTokens,
  splitArguments,
  splitTokens,
} from './tokens.ts'

const TEXT = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\n', '\t', '.', '\u00a0'), maxLength: 40 })

test('joining the tokens of a text gives the text back', () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      expect(splitTokens(text).join('')).toBe(text)
    }),
  )
})

test('a word is a token, and white space belongs to the word after it', () => {
  expect(splitTokens('one  two\nthree\n')).toEqual(['one', '  two', '\nthree\n'])
  expect(countTokens('')).toBe(0)
  expect(countTokens('  \n')).toBe(1)
})

test('a text never has more tokens than bytes', () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      expect(countTokens(text)).toBeLessThanOrEqual(Buffer.byteLength(text))
    }),
  )
})

test('a megabyte of white space is counted at once', () => {
  const startMs = performance.now()
  expect(countTokens(' '.repeat(1_000_000))).toBe(1)
  expect(performance.now() - startMs).toBeLessThan(1000)
})

test('a prompt is its words and its images, and never nothing', () => {
  expect(countPromptTokens([{ role: 'user', text: '', images: 0 }])).toBe(1)
  expect(
    countPromptTokens([
      { role: 'system', text: 'a b', images: 0 },
      { role: 'user', text: 'c', images: 2 },
    ]),
  ).toBe(173)
})

test('the cache serves whole steps of a long prompt only', () => {
  expect(countCachedTokens(1023)).toBe(0)
  expect(countCachedTokens(1024)).toBe(1024)
  expect(countCachedTokens(1300)).toBe(1280)
})

test('arguments come in pieces that make them up', () => {
  const text = '{"city":"Paris","days":3}'
  const pieces = splitArguments(text)
  expect(pieces.join('')).toBe(text)
  expect(pieces.every((piece) => piece.length <= ARGUMENT_PIECE_CHARACTERS)).toBe(true)
})
