import { expect, test } from 'vitest'
import { PROVIDERS } from '../../fixture/providers.ts'
import { recogniseProvider, stripSecret } from './recognise-provider.ts'

test('a key of no known beginning is nobody’s', () => {
  expect(recogniseProvider('0123456789abcdef', PROVIDERS)).toBeUndefined()
  expect(recogniseProvider('', PROVIDERS)).toBeUndefined()
})

test.each([
  ['sk-proj-abc', 'openai'],
  ['sk-ant-api03-abc', 'anthropic'],
  ['sk-or-v1-abc', 'openrouter'],
  ['gsk_abc', 'groq'],
])('the longest matching beginning of %s is that of %s', (secret, provider) => {
  expect(recogniseProvider(secret, PROVIDERS)?.id).toBe(provider)
})

test.each([
  ['  "sk-abc"\n', 'sk-abc'],
  ["'sk-abc'", 'sk-abc'],
  ['Bearer sk-abc', 'sk-abc'],
  ['export OPENAI_API_KEY="sk-abc"', 'sk-abc'],
  ['OPENAI_API_KEY=sk-abc', 'sk-abc'],
])('what comes along with a pasted key is taken off: %j', (pasted, secret) => {
  expect(stripSecret(pasted)).toBe(secret)
})
