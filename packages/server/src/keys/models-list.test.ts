import { expect, test } from 'vitest'
import { checkModelsList, modelMatcher } from './models-list.ts'

test.each([
  ['an empty list', []],
  ['a bare star', ['*']],
  ['a bare name', ['gpt-4o']],
  ['a star inside', ['openai/gpt-*']],
  ['a space', ['openai/gpt 4o']],
  ['an empty entry', ['']],
  ['an author alone', ['openai/']],
  ['201 entries', Array.from({ length: 201 }, (_, i) => `a/${i}`)],
  ['an entry of 300 characters', [`a/${'x'.repeat(300)}`]],
])('refuses %s', (_, list) => {
  expect(() => checkModelsList(list)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test('keeps order and drops repetitions', () => {
  expect(checkModelsList(['b/x', 'a/*', 'b/x', 'ollama/llama3:8b'])).toEqual(['b/x', 'a/*', 'ollama/llama3:8b'])
})

test.each([
  ['openai/gpt-4o', undefined, true],
  ['openai/gpt-4o', 'nitro', true],
  ['openai/gpt-4o-mini', undefined, false],
  ['openai/gpt-4', undefined, false],
  ['OpenAI/gpt-4o', undefined, false],
  ['meta/llama-4', 'free', true],
  ['meta/llama-4', undefined, false],
  ['meta/llama-4', 'nitro', false],
  ['meta/llama-4:free', undefined, true],
  ['anthropic/claude', 'thinking', true],
  ['anthropic', undefined, false],
  ['anthropic-evil/claude', undefined, false],
])('%s with variant %s: %s', (id, variant, allowed) => {
  const allows = modelMatcher(['openai/gpt-4o', 'meta/llama-4:free', 'anthropic/*'])
  expect(allows(id, variant)).toBe(allowed)
})

test('no list allows every model', () => {
  expect(modelMatcher(null)('any/thing')).toBe(true)
})
