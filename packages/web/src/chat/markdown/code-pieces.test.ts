import { expect, test } from 'vitest'
import { piecesOf } from './code-pieces.ts'

const LINES = Array.from({ length: 100 }, (_, n) => (n % 7 === 0 ? '' : `line ${n}`)).join('\n')

test.each(['', '\n', 'one', 'one\n', LINES, `${LINES}\n`])('no letter and no line end is lost', (code) => {
  expect(
    piecesOf(code)
      .map(({ lines }) => lines)
      .join(''),
  ).toBe(code)
})

test('while code grows, all pieces but the last one stay as they are', () => {
  for (let end = 1; end < LINES.length; end += 5) {
    const before = piecesOf(LINES.slice(0, end)).slice(0, -1)
    expect(piecesOf(LINES).slice(0, before.length)).toEqual(before)
  }
  expect(piecesOf(LINES).length).toBe(5)
})
