import { describe, expect, it } from 'vitest'
import { RAW_BYTES_MAX, readError, readErrorInside } from './upstream-error.ts'

const read = (body: string, status = 400) => readError(status, Buffer.from(body))

describe('readError', () => {
  it.each([
    [
      'OpenAI',
      '{"error":{"message":"bad","type":"invalid_request_error","param":"x","code":"unsupported_value"}}',
      'bad',
      'unsupported_value',
    ],
    [
      'OpenAI without a code',
      '{"error":{"message":"bad","type":"invalid_request_error","code":null}}',
      'bad',
      'invalid_request_error',
    ],
    ['Google', '[{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}]', 'bad', 'INVALID_ARGUMENT'],
    ['Mistral', '{"object":"error","message":"bad","type":"invalid_request_error","code":"1800"}', 'bad', '1800'],
    ['FastAPI', '{"detail":[{"loc":["body"],"msg":"bad","type":"missing"}]}', 'bad', 'missing'],
    ['FastAPI in a word', '{"detail":"bad"}', 'bad', undefined],
    ['Ollama', '{"error":"bad"}', 'bad', undefined],
    ['OpenRouter', '{"error":{"code":400,"message":"bad"}}', 'bad', '400'],
    ['plain text', 'bad\n', 'bad', undefined],
    ['a page', '<html><body>502</body></html>', 'The provider answered with status 400.', undefined],
    ['nothing', '', 'The provider answered with status 400.', undefined],
    ['JSON that says nothing', 'null', 'null', undefined],
  ])('reads %s', (_, body, message, code) => {
    expect(read(body)).toEqual({ status: 400, message, code, raw: body })
  })

  it('masks what looks like a credential, in message and raw text', () => {
    for (const secret of [
      'sk-proj-AbC_123-xyz',
      'sk-proj-********************cret',
      'gsk_abcdef123456',
      'AIzaSyA1234567890abc',
      'xai-12345678',
      'kwy_k1_abcdefgh',
    ]) {
      const { message, raw } = read(
        `{"error":{"message":"Incorrect API key provided: ${secret}. See https://e.com"}}`,
        401,
      )
      expect(message + raw).not.toContain(secret.slice(-6))
      expect(message).toContain('Incorrect API key provided: [masked]')
    }
    expect(read('Authorization: Bearer abcdefghijk').message).toBe('Authorization: Bearer [masked]')
    expect(read('a risk-free, ask-me-anything desk').message).toBe('a risk-free, ask-me-anything desk')
  })

  it('keeps 4 KiB, cut between characters', () => {
    const { raw, message } = read('\u00e9'.repeat(RAW_BYTES_MAX))
    expect(Buffer.byteLength(raw)).toBe(RAW_BYTES_MAX)
    expect(read(`x${'\u00e9'.repeat(RAW_BYTES_MAX)}`).raw).not.toContain('\ufffd')
    expect(message).toHaveLength(1000)
  })
})

describe('readErrorInside', () => {
  it.each([
    ['{"error":{"code":402,"message":"m"}}', 402],
    ['{"error":{"code":"429","message":"m"}}', 429],
    ['{"error":{"type":"overloaded_error","message":"m"}}', 503],
    ['{"error":{"code":"invalid_api_key","message":"m"}}', 401],
    ['{"error":{"code":200,"message":"m"}}', 502],
    ['{"error":{"message":"m"}}', 502],
    ['{"error":{"code":"constructor","message":"m"}}', 502],
    ['{"error":"m","status":503}', 503],
  ])('%s has status %i', (body, status) => {
    expect(readErrorInside(Buffer.from(body))).toMatchObject({ status, message: 'm' })
  })
})
