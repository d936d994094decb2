import { expect, test } from 'vitest'
import { everyDay, niceTop } from './every-day.ts'

test('days without a call are days too', () => {
  const called = { group: '2026-11-20', calls: 3, tokens_prompt: 5, tokens_completion: 7, cost_usd: '0.25' }
  const days = everyDay({ from: '2026-11-19T00:00:00.000Z', to: '2026-11-21T09:30:00.001Z', by_day: [called] })
  expect(days.map(({ group, cost_usd }) => [group, cost_usd])).toEqual([
    ['2026-11-19', '0'],
    ['2026-11-20', '0.25'],
    ['2026-11-21', '0'],
  ])
})

test.each([
  [0, 1],
  [0.0031, 0.004],
  [0.2, 0.2],
  [1, 1],
  [4.2, 5],
  [73, 80],
])('the scale of %d goes up to %d', (highest, top) => {
  expect(niceTop(highest)).toBeCloseTo(top, 10)
})
