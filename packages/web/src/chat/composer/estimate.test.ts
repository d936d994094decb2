import { expect, test } from 'vitest'
import { answered, figures, own, text } from '../../../fixture/chat.ts'
import { MODELS } from '../../../fixture/models.ts'
import { addUsd, costOf, estimateBranch, estimateText, expectAnswer, textWithin } from './estimate.ts'

const [sonnet] = MODELS
if (sonnet === undefined) throw new Error('no models')

test('a model without a known price has no cost, not a cost of nothing', () => {
  expect(costOf({ ...sonnet, price_input_usd_per_mtok: null }, { input: 10, output: 10 })).toBeUndefined()
  expect(costOf({ ...sonnet, price_output_usd_per_mtok: 'n/a' }, { input: 10, output: 10 })).toBeUndefined()
})

test('a cost is exact to the nano-dollar, and never a float', () => {
  expect(costOf(sonnet, { input: 1_000, output: 500 })).toBe('0.0105')
  expect(costOf(sonnet, { input: 1, output: 0 })).toBe('0.000003')
  expect(costOf(sonnet, { input: 0, output: 0 })).toBe('0')
  expect(addUsd(['0.1', '0.2', '9.7'])).toBe('10')
})

test('from the last answer with figures on a branch is known; what came after is a guess', () => {
  const branch = [
    own('m1', null, 'question'),
    answered('m2', 'm1', [text('a'.repeat(400))], {
      figures: figures({ tokens_prompt: 1000, tokens_completion: 300, tokens_reasoning: 100 }),
    }),
  ]
  expect(estimateBranch(branch, 'ignored')).toBe(1200)
  expect(estimateBranch([...branch, own('m3', 'm2', 'a'.repeat(40))], '')).toBe(1200 + 10 + 4)
  expect(expectAnswer(branch)).toBe(300)
  expect(expectAnswer([])).toBeGreaterThan(0)
})

test('signs outside ASCII weigh more than letters', () => {
  expect(estimateText('漢字仮名')).toBeGreaterThan(estimateText('abcd'))
})

test('a text is cut to what fits, at the end of a word, and never in the middle of a sign', () => {
  expect(textWithin('short', 100)).toBe('short')
  expect(textWithin('one two three', 2)).toBe('one two')
  expect(textWithin('x'.repeat(100), 10)).toBe('x'.repeat(40))
  expect(textWithin('😀😀😀', 3)).toBe('😀😀')
  const long = `${'word '.repeat(5_000)}${'漢字 '.repeat(5_000)}`
  const kept = textWithin(long, 7_000)
  expect(long.startsWith(kept)).toBe(true)
  expect(estimateText(kept)).toBeLessThanOrEqual(7_000)
  expect(estimateText(kept)).toBeGreaterThan(6_990)
})
