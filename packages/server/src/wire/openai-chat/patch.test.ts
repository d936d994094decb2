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
    const body = Buffer.from('{"model" : "m", "big":12345678901234567890,"big":1.0}')
    expect(patch(body, { ...EDITS, model: 'm' })).toBe(body)
  })

  it.each<[string, string, Change, string]>([
    ['replaces the model', '{"model":"a/b","n":1.0}', {}, '{"model":"m","n":1.0}'],
    ['finds the model behind escapes', '{"m\\u006fdel":"a/b"}', {}, '{"m\\u006fdel":"m"}'],
    ['adds the model', '{ "n":1 }', {}, '{ "n":1,"model":"m" }'],
    ['adds the model to nothing', '{}', {}, '{"model":"m"}'],
    ['writes a model in ASCII', '{"model":"a"}', { model: 'é"\n' }, '{"model":"\\u00e9\\"\\n"}'],
    [
      'removes the routing fields',
      '{"provider":{},"model":"m","models":[ 1 ], "plugins":[],"user":"u","metadata":{},"usage":{"include":true},"trace":{}}',
      {},
      '{"model":"m","user":"u","metadata":{}}',
    ],
    [
      'keeps them for OpenRouter',
      '{"provider":{},"model":"m","plugins":[]}',
      { dialect: { keepsRoutingFields: true } },
      '{"provider":{},"model":"m","plugins":[]}',
    ],
    [
      'drops what the row refuses, each time',
      '{"model":"m","seed":1,"top_k":2,"seed":3}',
      { dialect: { drop: ['seed'] } },
      '{"model":"m","top_k":2}',
    ],
    [
      'asks a stream for usage',
      '{"model":"m","stream":true}',
      { dialect: { streamUsage: 'request' } },
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      'asks inside the options',
      '{"model":"m","stream":true,"stream_options":{ "x":1.0 }}',
      { dialect: { streamUsage: 'request' } },
      '{"model":"m","stream":true,"stream_options":{ "x":1.0,"include_usage":true }}',
    ],
    [
      'asks in spite of the client',
      '{"model":"m","stream":true,"stream_options":{"include_usage":false,"include_usage":null}}',
      { dialect: { streamUsage: 'request' } },
      '{"model":"m","stream":true,"stream_options":{"include_usage":true,"include_usage":true}}',
    ],
    [
      'asks in place of null',
      '{"model":"m","stream":true,"stream_options":null}',
      { dialect: { streamUsage: 'request' } },
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      'asks no JSON reply',
      '{"model":"m","stream":false}',
      { dialect: { streamUsage: 'request' } },
      '{"model":"m","stream":false}',
    ],
    [
      'asks not where the field is dropped',
      '{"model":"m","stream":true}',
      { dialect: { streamUsage: 'request', drop: ['stream_options'] } },
      '{"model":"m","stream":true}',
    ],
    [
      'removes the options where they are refused',
      '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
      { dialect: { streamUsage: 'always' } },
      '{"model":"m","stream":true}',
    ],
    [
      'renames the limit',
      '{"model":"m","max_tokens":1.0}',
      { dialect: { outputLimit: 'max_completion_tokens' } },
      '{"model":"m","max_completion_tokens":1.0}',
    ],
    [
      'keeps the limit the provider knows',
      '{"model":"m","max_tokens":5,"max_completion_tokens":7}',
      { dialect: { outputLimit: 'max_tokens' } },
      '{"model":"m","max_tokens":5}',
    ],
    [
      'takes the other limit for null',
      '{"model":"m","max_tokens":null,"max_completion_tokens":7}',
      { dialect: { outputLimit: 'max_tokens' } },
      '{"model":"m","max_tokens":7}',
    ],
    [
      'clamps both limits',
      '{"model":"m","max_tokens":5,"max_completion_tokens":70}',
      { outputTokensMax: 6 },
      '{"model":"m","max_tokens":5,"max_completion_tokens":6}',
    ],
    [
      'clamps while it renames',
      '{"model":"m","max_tokens":50}',
      { outputTokensMax: 6, dialect: { outputLimit: 'max_completion_tokens' } },
      '{"model":"m","max_completion_tokens":6}',
    ],
    ['clamps null', '{"model":"m","max_tokens":null}', { outputTokensMax: 6 }, '{"model":"m","max_tokens":6}'],
    [
      'adds a limit',
      '{"model":"m"}',
      { outputTokensMax: 6, dialect: { outputLimit: 'max_completion_tokens' } },
      '{"model":"m","max_completion_tokens":6}',
    ],
  ])('%s', (_, body, change, expected) => {
    expect(patched(body, change)).toBe(expected)
  })

  const price: Change = {
    maxPrice: { prompt: '2.5', completion: '10', request: '0' },
    dialect: { keepsRoutingFields: true },
  }
  it.each([
    ['adds it', '{"model":"m"}', '{"model":"m","provider":{"max_price":{"prompt":2.5,"completion":10,"request":0}}}'],
    [
      'in place of null',
      '{"provider":null,"model":"m"}',
      '{"provider":{"max_price":{"prompt":2.5,"completion":10,"request":0}},"model":"m"}',
    ],
    [
      'beside other members',
      '{"provider":{ "order":["x"] },"model":"m"}',
      '{"provider":{ "order":["x"],"max_price":{"prompt":2.5,"completion":10,"request":0} },"model":"m"}',
    ],
    [
      'keeps a lower price and what else is bounded',
      '{"model":"m","provider":{"max_price":{"prompt":1e0,"completion":"99","image":1}}}',
      '{"model":"m","provider":{"max_price":{"prompt":1e0,"completion":10,"image":1,"request":0}}}',
    ],
    [
      'adds the missing one',
      '{"model":"m","provider":{"max_price":{"prompt":"0.1"}}}',
      '{"model":"m","provider":{"max_price":{"prompt":"0.1","completion":10,"request":0}}}',
    ],
    [
      'believes no negative or strange price',
      '{"model":"m","provider":{"max_price":{"prompt":-1,"completion":"x"}}}',
      '{"model":"m","provider":{"max_price":{"prompt":2.5,"completion":10,"request":0}}}',
    ],
    [
      'replaces what is no object',
      '{"model":"m","provider":{"max_price":5}}',
      '{"model":"m","provider":{"max_price":{"prompt":2.5,"completion":10,"request":0}}}',
    ],
  ])('bounds the price: %s', (_, body, expected) => {
    expect(patched(body, price)).toBe(expected)
  })

  it('sends no price bound to a provider that has no routing', () => {
    expect(patched('{"model":"m"}', { ...price, dialect: {} })).toBe('{"model":"m"}')
  })
})
