import { describe, expect, it } from 'vitest'
import type { Dialect, RequestEdits } from '../codec.ts'
import { EDITS, PLAIN } from '../testing/exchanges.ts'
import { patch } from './patch.ts'

type Change = Partial<Omit<RequestEdits, 'dialect'>> & { dialect?: Partial<Dialect> }

function patched(body: string, { dialect, ...edits }: Change = {}): string {
  const whole = { ...EDITS, model: 'm', ...edits, dialect: { ...PLAIN, ...dialect } }
  return Buffer.from(patch(Buffer.from(body), whole)).toString()
}

const OPENROUTER = { keepsRoutingFields: true }
const maxPrice = { prompt: '1', completion: '2', request: '0' }

describe('patch', () => {
  it('gives back the very bytes where nothing needs an edit', () => {
    const body = Buffer.from('{"store":false,"model" : "m", "big":12345678901234567890,"big":1.0}')
    expect(patch(body, { ...EDITS, model: 'm' })).toBe(body)
  })

  it.each<[string, string, Change, string]>([
    ['replaces the model', '{"model":"a/b","store":false}', {}, '{"model":"m","store":false}'],
    ['says that nothing is to be kept', '{ "model":"m","n":1.0 }', {}, '{ "model":"m","n":1.0,"store":false }'],
    ['says so in the place of nothing', '{"store":null,"model":"m"}', {}, '{"store":false,"model":"m"}'],
    ['adds the model to nothing', '{}', {}, '{"model":"m","store":false}'],
    [
      'removes the routing fields, and what is OpenAI\u2019s own not',
      '{"provider":{},"model":"m","models":[ 1 ],"store":false, "plugins":[],"session_id":"s","max_tool_calls":3,"prompt_cache_key":"k"}',
      {},
      '{"model":"m","store":false,"max_tool_calls":3,"prompt_cache_key":"k"}',
    ],
    [
      'keeps them for OpenRouter, but for the list of models',
      '{"provider":{},"model":"m","models":[],"plugins":[],"store":false}',
      { dialect: OPENROUTER },
      '{"provider":{},"model":"m","plugins":[],"store":false}',
    ],
    [
      'adds a limit',
      '{"model":"m","store":false}',
      { outputTokensMax: 9 },
      '{"model":"m","store":false,"max_output_tokens":9}',
    ],
    [
      'clamps a limit',
      '{"max_output_tokens":1e2,"model":"m","store":false}',
      { outputTokensMax: 9 },
      '{"max_output_tokens":9,"model":"m","store":false}',
    ],
    [
      'keeps a lower limit',
      '{"max_output_tokens":9.0,"model":"m","store":false}',
      { outputTokensMax: 9 },
      '{"max_output_tokens":9.0,"model":"m","store":false}',
    ],
    [
      'drops what the row refuses',
      '{"model":"m","top_k":2,"store":false}',
      { dialect: { drop: ['top_k'] } },
      '{"model":"m","store":false}',
    ],
    [
      'bounds the price towards OpenRouter',
      '{"model":"m","store":false,"provider":{"sort":"price"}}',
      { dialect: OPENROUTER, maxPrice },
      '{"model":"m","store":false,"provider":{"sort":"price","max_price":{"prompt":1,"completion":2,"request":0}}}',
    ],
    [
      'leaves usage in a stream alone: it comes by itself',
      '{"model":"m","stream":true,"store":false,"stream_options":{"include_obfuscation":false}}',
      { dialect: { streamUsage: 'request' } },
      '{"model":"m","stream":true,"store":false,"stream_options":{"include_obfuscation":false}}',
    ],
  ])('%s', (_, body, change, expected) => expect(patched(body, change)).toBe(expected))
})
