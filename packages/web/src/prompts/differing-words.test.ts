import { expect, test } from 'vitest'
import { differingWords } from './differing-words.ts'

/** What differs, in brackets. */
const marked = (text: string, other: string) =>
  differingWords(text, other)
    ?.map(({ text: piece, differs }) => (differs ? `[${piece}]` : piece))
    .join('')

test('texts of thousands of words are not compared, whichever it is', () => {
  const long = 'word '.repeat(2_000)
  expect(marked(long, 'word')).toBeUndefined()
  expect(marked('word', long)).toBeUndefined()
})

test.each([
  ['', '', ''],
  ['same words', 'same words', 'same words'],
  ['Sum up.', '', '[Sum up.]'],
  ['Sum up briefly.', 'Sum up.', 'Sum up[ briefly].'],
  ['Sum up.', 'Sum up briefly.', 'Sum up.'],
  ['In three short lines', 'In one line', 'In [three short lines]'],
  ['Für größere Äpfel', 'Für kleine Äpfel', 'Für [größere] Äpfel'],
  ['a b c', 'c b a', '[a] b [c]'],
  ['in {{ language }}', 'in {{text}}', 'in [{{ language }}]'],
])('of "%s" beside "%s" it is %s', (text, other, told) => {
  expect(marked(text, other)).toBe(told)
})

test('nothing of the text is lost', () => {
  const text = 'Line one\n\n  - indented, (with) “signs” 😀 — and so on\t.'
  expect(
    differingWords(text, 'Line two and')
      ?.map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})
