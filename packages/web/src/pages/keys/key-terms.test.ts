import { expect, test } from 'vitest'
import { key, NOW } from '../../../fixture/world.ts'
import { draftOf, draftProblem, termsOf } from './key-terms.ts'

const empty = draftOf(undefined)

test.each([
  [{}, 'name'],
  [{ name: 'x', limit: 'five' }, 'limit'],
  [{ name: 'x', limit: '0' }, 'limit'],
  [{ name: 'x', limit: '-5' }, 'limit'],
  [{ name: 'x', rpm: '1.5' }, 'rpm'],
  [{ name: 'x', ips: '10.0.0.0/8 home' }, 'ips'],
])('a draft with %j has a problem with its %s', (change, problem) => {
  expect(draftProblem({ ...empty, ...change })).toBe(problem)
})

test('an empty draft with a name asks for nothing but the name', () => {
  const terms = termsOf({ ...empty, name: ' laptop ' }, NOW)
  expect(terms).toEqual({
    name: 'laptop',
    environment: 'production',
    limit_usd: null,
    reset: null,
    models: null,
    rpm: null,
    no_browser: false,
    ips: null,
    scopes: [],
    reaches: ['own', 'shared'],
    expires_at: null,
  })
})

test('models come one a line or with commas, and a reset needs a cap', () => {
  const terms = termsOf({ ...empty, name: 'x', models: 'openai/a, openai/b\nanthropic/*', reset: 'daily' }, NOW)
  expect(terms.models).toEqual(['openai/a', 'openai/b', 'anthropic/*'])
  expect(terms.reset).toBeNull()
})

test('addresses and the access to conversations are part of the terms', () => {
  const terms = termsOf({ ...empty, name: 'x', ips: '10.0.0.0/8, 2001:db8::1\n203.0.113.7', chat: true }, NOW)
  expect(terms.ips).toEqual(['10.0.0.0/8', '2001:db8::1', '203.0.113.7'])
  expect(terms.scopes).toEqual(['chat'])
  expect(draftOf(key({ name: 'x', n: 1, ips: ['::1'], scopes: ['chat'] }))).toMatchObject({ ips: '::1', chat: true })
})

test('an expiry that is not touched stays as it was', () => {
  const draft = draftOf(key({ name: 'x', n: 1, expires_at: '2027-01-01T00:00:00.000Z' }))
  expect(termsOf(draft, NOW)).not.toHaveProperty('expires_at')
})
