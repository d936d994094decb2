import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import { classifyReply, classifyThrown, parseRetryAfter } from './classify.ts'
import { redactSecrets } from './redact.ts'

const upstream = (status: number, message = 'no', code?: string) => ({
  status,
  message,
  code,
  raw: JSON.stringify({ error: message }),
})

test.each([
  // status, words, code -> action, repeatable, health, our code, status shown
  [400, 'bad temperature', undefined, 'next-model', false, 'neutral', 'provider_rejected', 400],
  [
    400,
    'API key not valid. Please pass a valid API key.',
    'INVALID_ARGUMENT',
    'next-credential',
    false,
    'credential',
    'provider_credential_rejected',
    403,
  ],
  [
    400,
    'API key expired. Please renew the API key.',
    undefined,
    'next-credential',
    false,
    'credential',
    'provider_credential_rejected',
    403,
  ],
  [
    400,
    'Incorrect API key provided.',
    undefined,
    'next-credential',
    false,
    'credential',
    'provider_credential_rejected',
    403,
  ],
  [401, 'bad key', undefined, 'next-credential', false, 'credential', 'provider_credential_rejected', 403],
  [402, 'pay', undefined, 'next-credential', false, 'credential', 'provider_credential_rejected', 402],
  [403, 'country', undefined, 'next-credential', false, 'credential', 'provider_credential_rejected', 403],
  [403, 'Your input was flagged', undefined, 'next-model', false, 'neutral', 'provider_rejected', 403],
  [404, 'no such route', undefined, 'next-model', false, 'neutral', 'provider_rejected', 404],
  [404, 'x', 'model_not_found', 'next', false, 'neutral', 'provider_rejected', 404],
  [404, 'The model `gpt-9` does not exist', undefined, 'next', false, 'neutral', 'provider_rejected', 404],
  [408, 'slow', undefined, 'next', true, 'failure', 'provider_timeout', 504],
  [409, 'busy', undefined, 'next', true, 'neutral', 'provider_unavailable', 502],
  [413, 'big', undefined, 'next-model', false, 'neutral', 'provider_rejected', 413],
  [422, 'no', undefined, 'next-model', false, 'neutral', 'provider_rejected', 422],
  [429, 'slow down', undefined, 'next', true, 'limited', 'provider_rate_limited', 429],
  [429, 'x', 'insufficient_quota', 'next-credential', false, 'credential', 'provider_credential_rejected', 402],
  [500, 'oops', undefined, 'next', true, 'failure', 'provider_unavailable', 502],
  [502, 'oops', undefined, 'next', true, 'failure', 'provider_unavailable', 502],
  [503, 'oops', undefined, 'next', true, 'failure', 'provider_overloaded', 503],
  [504, 'oops', undefined, 'next', true, 'failure', 'provider_timeout', 504],
  [529, 'overloaded', undefined, 'next', true, 'failure', 'provider_overloaded', 503],
  [204, '', undefined, 'next', false, 'failure', 'provider_invalid_reply', 502],
] as const)('%i "%s" %s: %s', (status, message, code, action, repeatable, health, ours, shown) => {
  const verdict = classifyReply(upstream(status, message, code), undefined, 'Groq')
  expect(verdict).toMatchObject({ action, repeatable, health, error: { code: ours, status: shown } })
  expect(verdict.error.metadata['provider_name']).toBe('Groq')
})

test('the error holds the provider\u2019s words, code and the exact type', () => {
  const { error } = classifyReply(
    upstream(400, 'maximum context length is 8192', 'context_length_exceeded'),
    2_000,
    'OpenAI',
  )
  expect(error.message).toBe('OpenAI answered 400: maximum context length is 8192')
  expect(error.metadata).toEqual({
    provider_name: 'OpenAI',
    raw: '{"error":"maximum context length is 8192"}',
    error_type: 'context_length_exceeded',
    provider_code: 'context_length_exceeded',
  })
  expect(error.retryAfterMs).toBe(2_000)
})

test('what a provider says about a credential is not repeated, and keys elsewhere are blanked', () => {
  const words = 'Incorrect API key provided: sk-proj-ab********yz.'
  const refused = classifyReply(upstream(401, words, 'invalid_api_key'), undefined, 'OpenAI').error
  expect(JSON.stringify([refused.message, refused.metadata])).not.toMatch(/sk-proj|ab\*|yz/)
  const unheard = classifyReply(upstream(403, 'the token canary-4711 is not yours'), undefined, 'OpenAI').error
  expect(JSON.stringify([unheard.message, unheard.metadata])).not.toContain('canary')
  const other = classifyReply(upstream(500, words), undefined, 'OpenAI').error
  expect(JSON.stringify([other.message, other.metadata])).not.toMatch(/sk-proj|ab\*/)
})

test.each([
  'sk-abcdefghij',
  'sk-or-v1-0123456789abcdef',
  'gsk_abcdefgh1234',
  'AIzaSyA1234567890',
  'Bearer abc.def',
  'xai-abcdefghijk',
  'kwy_k1_abcdefgh',
])('blanks %s', (secret) => {
  expect(redactSecrets(`the key ${secret} is wrong`)).toBe('the key [removed] is wrong')
})

test.each(['skateboarding', 'the risk-taking model', 'invalid_api_key', 'task-oriented', 'keyboard_layout'])(
  'leaves %s',
  (words) => {
    expect(redactSecrets(words)).toBe(words)
  },
)

test('a connection that was closed at the moment of use is tried again at once', () => {
  const error = new KeywayError('provider_unavailable', 'x', { cause: 'UND_ERR_SOCKET' })
  expect(classifyThrown(error, 'Groq')).toMatchObject({ action: 'retry-same', repeatable: true, health: 'failure' })
})

test.each([
  ['provider_unavailable', 'next', true, 'failure'],
  ['provider_timeout', 'next', false, 'failure'],
  ['provider_invalid_reply', 'next', false, 'failure'],
  ['stream_broken', 'next', true, 'failure'],
  ['address_forbidden', 'next', false, 'neutral'],
  ['provider_credential_rejected', 'next-credential', false, 'credential'],
  ['credential_unreadable', 'next-credential', false, 'credential'],
  ['draining', 'stop', false, 'neutral'],
  ['lossy_refused', 'stop', false, 'neutral'],
] as const)('thrown %s: %s', (code, action, repeatable, health) => {
  const verdict = classifyThrown(new KeywayError(code, 'words'), 'Groq')
  expect(verdict).toMatchObject({ action, repeatable, health, error: { code, message: 'words' } })
  expect(verdict.error.metadata['provider_name']).toBe('Groq')
})

test('Retry-After is read as seconds or as a date', () => {
  const now = Date.parse('2026-11-21T10:00:00Z')
  expect(parseRetryAfter('7', now)).toBe(7_000)
  expect(parseRetryAfter('0.5', now)).toBe(500)
  expect(parseRetryAfter('Sat, 21 Nov 2026 10:00:09 GMT', now)).toBe(9_000)
  expect(parseRetryAfter('Sat, 21 Nov 2026 09:00:00 GMT', now)).toBe(0)
  for (const nonsense of [undefined, '', 'soon', '-1', '1e9', '2026', 'NaN']) {
    expect([nonsense, parseRetryAfter(nonsense, now)]).toEqual([nonsense, nonsense === '2026' ? 2_026_000 : undefined])
  }
})

test('whatever stands in Retry-After, the wait is absent or between nothing and a day', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (value, now) => {
      const ms = parseRetryAfter(value, now)
      if (ms !== undefined) {
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(86_400_000)
      }
    }),
  )
})
