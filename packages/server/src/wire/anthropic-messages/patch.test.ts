import { describe, expect, it } from 'vitest'
import type { Dialect, RequestEdits } from '../codec.ts'
import { EDITS, PLAIN } from '../testing/exchanges.ts'
import { patch } from './patch.ts'

type Change = Partial<Omit<RequestEdits, 'dialect'>> & { dialect?: Partial<Dialect> }

function patched(body: string, { dialect, ...edits }: Change = {}): string {
  return Buffer.from(
    patch(Buffer.from(body), { ...EDITS, model: 'm', ...edits, dialect: { ...PLAIN, ...dialect } }),
  ).toString()
}

describe('patch', () => {
  it('gives back the very bytes where nothing needs an edit', () => {
    const body = Buffer.from('{"model" : "m", "system":[{"cache_control":{"type":"ephemeral"}}],"new_beta":1.0}')
    expect(patch(body, { ...EDITS, model: 'm' })).toBe(body)
  })

  it.each<[string, string, Change, string]>([
    ['replaces the model', '{"model":"a/b","top_p":1.0}', {}, '{"model":"m","top_p":1.0}'],
    ['finds the model behind escapes', '{"m\\u006fdel":"a/b"}', {}, '{"m\\u006fdel":"m"}'],
    ['adds the model', '{ "top_k":1 }', {}, '{ "top_k":1,"model":"m" }'],
    [
      'removes the routing fields, and what Anthropic does not know',
      '{"provider":{},"model":"m","models":["x/y"], "plugins":[],"user":"u","metadata":{"user_id":"u"},"session_id":"s"}',
      {},
      '{"model":"m","metadata":{"user_id":"u"}}',
    ],
    [
      'keeps them for OpenRouter, but the models, which are tried here',
      '{"provider":{},"models":["x/y"],"model":"m","user":"u","fallbacks":[{"model":"x/y"}],"plugins":[]}',
      { dialect: { keepsRoutingFields: true } },
      '{"provider":{},"model":"m","user":"u","plugins":[]}',
    ],
    [
      'leaves Anthropic\u2019s own fallbacks alone',
      '{"model":"m","fallbacks":[{"model":"claude-opus-5"}]}',
      {},
      '{"model":"m","fallbacks":[{"model":"claude-opus-5"}]}',
    ],
    ['drops what the row refuses', '{"model":"m","top_k":1}', { dialect: { drop: ['top_k'] } }, '{"model":"m"}'],
    ['clamps', '{"model":"m","max_tokens":70}', { outputTokensMax: 6 }, '{"model":"m","max_tokens":6}'],
    ['clamps null', '{"model":"m","max_tokens":null}', { outputTokensMax: 6 }, '{"model":"m","max_tokens":6}'],
    ['keeps a lower limit', '{"model":"m","max_tokens":5}', { outputTokensMax: 6 }, '{"model":"m","max_tokens":5}'],
    ['adds a limit', '{"model":"m"}', { outputTokensMax: 6 }, '{"model":"m","max_tokens":6}'],
    [
      'clamps the thinking that no longer fits',
      '{"model":"m","max_tokens":9000,"thinking":{ "type":"enabled","budget_tokens":8000 }}',
      { outputTokensMax: 3000 },
      '{"model":"m","max_tokens":3000,"thinking":{ "type":"enabled","budget_tokens":2999 }}',
    ],
    [
      'leaves a thought alone that fits, or that nothing could make fit',
      '{"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000}}',
      { outputTokensMax: 1000 },
      '{"model":"m","max_tokens":1000,"thinking":{"type":"enabled","budget_tokens":2000}}',
    ],
    [
      'leaves the thinking of an unclamped request alone',
      '{"model":"m","max_tokens":2500,"thinking":{"budget_tokens":8000}}',
      { outputTokensMax: 3000 },
      '{"model":"m","max_tokens":2500,"thinking":{"budget_tokens":8000}}',
    ],
    [
      'bounds the price towards OpenRouter',
      '{"model":"m"}',
      {
        maxPrice: { prompt: '2.5', completion: '10', request: '0' },
        dialect: { keepsRoutingFields: true },
      },
      '{"model":"m","provider":{"max_price":{"prompt":2.5,"completion":10,"request":0}}}',
    ],
    [
      'bounds no price elsewhere',
      '{"model":"m"}',
      { maxPrice: { prompt: '2.5', completion: '10', request: '0' } },
      '{"model":"m"}',
    ],
  ])('%s', (_, body, change, expected) => {
    expect(patched(body, change)).toBe(expected)
  })
})
