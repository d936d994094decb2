import { expect, test } from 'vitest'
import { fillIn, variablesOf } from './variables.ts'

test.each(['{{}}', '{{ }}', '{name}', '{{a{{', '{{a}b}}', `{{${'x'.repeat(41)}}}`])('%s asks for nothing', (text) => {
  expect(variablesOf(text)).toEqual([])
})

test('each variable is asked for once, in the order of the text', () => {
  expect(variablesOf('{{ Zeile 2 }} {{código}} {{Zeile 2}} {{a-b_c}}')).toEqual(['Zeile 2', 'código', 'a-b_c'])
})

test('what is filled in takes every place of its variable, and is not filled in itself', () => {
  expect(fillIn('{{a}} and {{ a }} and {{b}}', { a: '{{b}} $&', b: 'B' })).toBe('{{b}} $& and {{b}} $& and B')
})

test('what was not given stays as it is', () => {
  expect(fillIn('{{a}} {{constructor}}', { a: '' })).toBe(' {{constructor}}')
})
