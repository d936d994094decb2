import { expect, test } from 'vitest'
import { formatPairs, formatTable, printable } from './table.ts'

const plain = { style: (_style: unknown, text: string) => text }

test('a value cannot steer the terminal', () => {
  expect(printable('\u001b[31mred\u001b[0m\u0007\r\nnext\u009b2J')).not.toMatch(/\p{Cc}/u)
  expect(formatPairs([['name', 'a\u001b]0;owned\u0007b']], plain)[0]).not.toMatch(/\p{Cc}/u)
})

test('columns are as wide as their widest value, figures to the right, nothing after the last', () => {
  const lines = formatTable(
    [
      { name: 'a', cost: '1.00' },
      { name: 'longer', cost: '10.00' },
    ],
    [
      { title: 'NAME', value: (row) => row.name },
      { title: 'COST', value: (row) => row.cost, align: 'right' },
    ],
    plain,
  )
  expect(lines).toEqual(['NAME     COST', 'a        1.00', 'longer  10.00'])
})
