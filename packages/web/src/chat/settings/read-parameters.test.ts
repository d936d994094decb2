import { expect, test } from 'vitest'
import { readParameters, writeParameters } from './read-parameters.ts'

const NONE = { temperature: '', top_p: '', max_tokens: '', reasoning_effort: '' }

test.each([
  ['temperature', '2.1'],
  ['temperature', '-0.1'],
  ['temperature', 'warm'],
  ['top_p', '0'],
  ['top_p', '1.01'],
  ['max_tokens', '0'],
  ['max_tokens', '1.5'],
  ['max_tokens', 'Infinity'],
] as const)('out of range, and said so: %s %s', (name, value) => {
  const { parameters, wrong } = readParameters({ ...NONE, [name]: value })
  expect([...wrong]).toEqual([name])
  expect(parameters).toEqual({})
})

test('what is left empty is left out, a comma is a point, and an effort must be one of ours', () => {
  expect(readParameters(NONE)).toEqual({ parameters: {}, wrong: new Set() })
  expect(
    readParameters({ temperature: ' 0,7 ', top_p: '1', max_tokens: '200', reasoning_effort: 'low' }).parameters,
  ).toEqual({
    temperature: 0.7,
    top_p: 1,
    max_tokens: 200,
    reasoning_effort: 'low',
  })
  expect(readParameters({ ...NONE, reasoning_effort: 'furious' }).parameters).toEqual({})
})

test('what is written is read as it was', () => {
  const parameters = { temperature: 0, top_p: 0.5, max_tokens: 1, reasoning_effort: 'none' } as const
  expect(readParameters(writeParameters(parameters)).parameters).toEqual(parameters)
})
