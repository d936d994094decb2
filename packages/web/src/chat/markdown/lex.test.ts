import type { Token } from 'marked'
import { expect, test } from 'vitest'
import { lex } from './lex.ts'

function formulas(source: string): string[] {
  const found: string[] = []
  const walk = (tokens: readonly Token[]) => {
    for (const token of tokens) {
      if (token.type === 'formula' && 'text' in token) found.push(token.text)
      if ('tokens' in token && token.tokens) walk(token.tokens)
    }
  }
  walk(lex(source))
  return found
}

test.each([
  'It costs $5 or $6.',
  'from $ 5 to 6 $',
  'an open $x',
  '`$x$` is code',
  '```\n$$x$$\n```',
  'US$100 and CA$100',
  `$${'x'.repeat(5000)}$`,
])('money, code and a forgotten sign are no formula: %s', (source) => {
  expect(formulas(source)).toEqual([])
})

test.each([
  ['the $x^2$ of it', 'x^2'],
  ['\\(a + b\\)', 'a + b'],
  ['so\n\n$$\na = b\n$$\n', 'a = b'],
  ['\\[\na = b\n\\]', 'a = b'],
  ['in a line $$a_1$$ too', 'a_1'],
  ['$\\$5$', '\\$5'],
])('a formula is one: %s', (source, formula) => {
  expect(formulas(source)).toEqual([formula])
})
