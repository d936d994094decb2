import { expect, test } from 'vitest'
import { createBlockSplitter } from './split-blocks.ts'

const LONG_LIST = Array.from({ length: 40 }, (_, n) => `- item ${n}\n`).join('')
const TEXT = `# Title

Some **bold** words
on two lines.

${LONG_LIST}
\`\`\`js
let a = 1

let b
\`\`\`

$$
x^2

$$

| a | b |
|---|---|
| 1 | 2 |

end`

test('a text that is cut short or changed is begun anew', () => {
  const split = createBlockSplitter()
  split(TEXT)
  expect(split('other').map(({ source }) => source)).toEqual(['other'])
})

test.each([1, 3, 7, 50])(
  'however it comes, %i letters at a time, the blocks are those of the whole, and nothing is lost',
  (step) => {
    const split = createBlockSplitter()
    let blocks = split('')
    for (let end = step; end < TEXT.length; end += step) {
      blocks = split(TEXT.slice(0, end))
      expect(blocks.map(({ source }) => source).join('')).toBe(TEXT.slice(0, end))
    }
    blocks = split(TEXT)
    expect(blocks.map(({ source }) => source).join('')).toBe(TEXT)
    expect(blocks.at(-1)?.source).toBe('end')
  },
)

test('a block that is settled keeps its place and its text while more comes', () => {
  const split = createBlockSplitter()
  const before = split('one\n\ntwo\n\nthr')
  const after = split('one\n\ntwo\n\nthree\n\nfour')
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
  expect(after[0]).toBe(before[0])
})

test('an open fence is code already, with its language, and closes with a fence of its own kind only', () => {
  const split = createBlockSplitter()
  split('text\n\n')
  const [, open] = split('text\n\n````ts title="a"\nlet a = "```"\n```\n')
  expect(open?.openCode).toEqual({ language: 'ts', code: 'let a = "```"\n```\n' })
  expect(split('text\n\n````ts title="a"\nlet a = "```"\n```\n````\n')[1]?.openCode).toBeUndefined()
})

test('a long list settles in pieces', () => {
  const split = createBlockSplitter()
  expect(split(LONG_LIST).length).toBe(5)
})
