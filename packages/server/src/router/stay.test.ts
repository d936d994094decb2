import { expect, test } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import { plan } from './plan.ts'
import { sampleCredential, sampleEndpoint, sampleInput, sampleModel } from './testing/sample.ts'

const model = sampleModel('author/m', [
  sampleEndpoint('openai', '1'),
  sampleEndpoint('groq', '2'),
  sampleEndpoint('azure', '3'),
])
const AT_GROQ = { endpoint: 'groq:author/m', credentialId: 'groq-own' }
const attempts = (changes: Parameters<typeof sampleInput>[1]) =>
  plan(sampleInput([model], changes)).attempts.map(
    ({ endpoint, credential }) => `${endpoint.provider} ${credential?.id}`,
  )

test('what only one endpoint can read goes nowhere else, though others are left', () => {
  expect(attempts({ stay: { ...AT_GROQ, how: 'only' } })).toEqual(['groq groq-own'])
  const { removed, strategy } = plan(sampleInput([model], { stay: { ...AT_GROQ, how: 'only' } }))
  expect(strategy).toBe('stay')
  expect(removed.map(({ endpoint, rule }) => [endpoint, rule])).toEqual([
    ['openai:author/m', 'stay'],
    ['azure:author/m', 'stay'],
  ])
})

test('what only one credential can read is refused once that is gone', () => {
  const credentials = [sampleCredential('openai'), sampleCredential('groq', 'own', { id: 'another' })]
  expect(() => attempts({ credentials, stay: { ...AT_GROQ, how: 'only' } })).toThrow(KeywayError)
})

test('a conversation stays where its cache is, before what is cheaper', () => {
  expect(attempts({ stay: { ...AT_GROQ, how: 'first' } })).toEqual([
    'groq groq-own',
    'openai openai-own',
    'azure azure-own',
  ])
  const two = [sampleCredential('groq', 'own', { id: 'new', priority: -1 }), sampleCredential('groq')]
  expect(attempts({ credentials: two, stay: { ...AT_GROQ, how: 'first' } })).toEqual(['groq groq-own', 'groq new'])
})

test('a place that is gone is forgotten', () => {
  const gone = { endpoint: 'cohere:author/m', credentialId: 'x', how: 'first' } as const
  expect(attempts({ stay: gone })).toEqual(attempts({}))
  expect(attempts({ stay: { ...AT_GROQ, credentialId: 'removed', how: 'first' } })).toEqual(attempts({}))
})

test('a server without credentials is a place as well', () => {
  const local = sampleModel('author/m', [sampleEndpoint('openai', '1'), sampleEndpoint('local', null)])
  const stay = { endpoint: 'local:author/m', credentialId: null, how: 'first' } as const
  expect(plan(sampleInput([local], { stay })).attempts[0]?.provider.id).toBe('local')
})
