import { expect, test } from 'vitest'
import { decodeEntities } from './entities.ts'
import { lex } from './lex.ts'
import { holdOpenFormula, openFormulaIn } from './open-formula.ts'
import { createBlockSplitter } from './split-blocks.ts'

test.each([
  'It costs $5 or',
  'from $ 5 to',
  'the $x^2$ of it',
  'so $$a = b$$ and',
  '`$x` is code, and so is `$$',
  '\\$x is a price',
  '\\\\(not one',
  'a forgotten $$\n\nand what follows',
  'a forgotten $sign\nand the next line',
  '| $x | y',
  `a forgotten $${'x'.repeat(201)}`,
  `a forgotten $$${'x'.repeat(4001)}`,
])('money, code, a whole formula and a forgotten sign hold nothing back: %s', (source) => {
  expect(openFormulaIn(source)).toBeUndefined()
  expect(holdOpenFormula(source)).toBe(source)
})

test.each([
  ['the ', '$x_1 + x_2'],
  ['$x$ and ', '$y^'],
  ['**so** ', '$$a_1 * b_1 * c'],
  ['so\n', '$$\na\n- b\n# c\n= d $'],
  ['with ', '\\(f(x) + f(y'],
  ['', '\\[\n| a | b |\n|---|---|'],
  ['a ', '$\\frac{1'],
])('after %j the beginning %j is the letters that it is made of, and neither formula nor markdown', (before, open) => {
  expect(openFormulaIn(before + open)).toBe(before.length)
  const held = holdOpenFormula(before + open).slice(before.length)
  const [block, ...others] = lex(held)
  expect(others).toEqual([])
  expect(block).toMatchObject({ type: 'paragraph', tokens: [{ type: 'text' }] })
  expect(decodeEntities(held)).toBe(open)
})

test('a formula that is being written stays one block, whatever its lines would be outside of it', () => {
  const text = 'So\n$$\nf(x) = a\n+ b\n# c\n$$\n\nend'
  const split = createBlockSplitter()
  for (let end = 1; end <= text.length; end++) split(text.slice(0, end))
  expect(split(text).map(({ source }) => source)).toEqual(['So\n', '$$\nf(x) = a\n+ b\n# c\n$$\n\n', 'end'])
})
