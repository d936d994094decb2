import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
/** The one simulated provider that takes any field and is asked for usage only by its own leave. */
const PROVIDER = 'groq'

let rig: Rig
let model = ''
let nativeId = ''
beforeAll(async () => {
  rig = await startRig()
  const caller = await rig.server.house.verifier.verify(rig.key)
  const found = [...(await rig.server.house.callable(caller)).models.values()].find(
    ({ endpoints }) => endpoints.length === 1 && endpoints[0]?.provider === PROVIDER,
  )
  if (found === undefined) throw new Error(`no model is served by ${PROVIDER} alone`)
  model = found.id
  nativeId = found.endpoints[0]?.nativeId ?? ''
})
afterEach(() => rig.simulation.reset())
afterAll(() => rig.close())

const sent = () => {
  const request = rig.simulation.requests.find(({ method }) => method === 'POST')
  return Buffer.from(request?.body ?? new Uint8Array(0)).toString()
}

describe('a request', () => {
  it('reaches the provider byte for byte, but for the model and the fields that are OpenRouter\u2019s', async () => {
    const body = (name: string, own: string) =>
      `{ "zzz" : 1.0,"messages":[{"role":"user","content":"h\\u00e9\\/ \\ud83d\\ude00 \u{1f600}","x":12345678901234567890}],${own} "model":"${name}"\n,"seed":1e2,"unknown":{"a":[ 1 , 2.50, -0 ],"a":null}, "max_tokens" : 100 }`
    rig.simulation.reply(PROVIDER, { body: REPLY })
    const own =
      ' "provider" : {"ignore":["openrouter"],"max_price":{"prompt":"1000"}},"transforms":[],"usage":{"include":true},"route":"fallback","debug":{"echo_upstream_body":true},"api_keys":{"openai":"sk-of-another"},'
    expect((await rig.call(CHAT, { body: body(model, own) })).status).toBe(200)
    const expected = body(nativeId, '')
    expect(JSON.parse(sent())).toEqual(JSON.parse(expected.replace('max_tokens', limitName())))
    expect(sent().replaceAll(/\s/g, '')).toBe(expected.replace('max_tokens', limitName()).replaceAll(/\s/g, ''))
  })

  it('of 5 MB arrives whole', async () => {
    const image = 'iVBORw0KGgo='.repeat(420_000)
    const body = (name: string) =>
      `{"model":"${name}","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,${image}"}}]}],"big":12345678901234567890}`
    rig.simulation.reply(PROVIDER, { body: REPLY })
    expect((await rig.call(CHAT, { body: body(model) })).status).toBe(200)
    expect(sent() === body(nativeId)).toBe(true)
  })

  it('of an uncapped key has nothing injected and nothing clamped', async () => {
    rig.simulation.reply(PROVIDER, { body: REPLY })
    const body = (name: string) => `{"model":"${name}","messages":[{"role":"user","content":"hi"}],"n":1}`
    const response = await rig.call(CHAT, { body: body(model) })
    expect(sent()).toBe(body(nativeId))
    expect(response.headers.get('x-keyway-output-clamped')).toBeNull()
  })
})

/** The limit goes out under the name that the provider's row knows. */
function limitName(): string {
  const row = rig.server.house.catalogue.rows().rows.get(PROVIDER)
  return row?.dialect.outputLimit === 'max_completion_tokens' ? 'max_completion_tokens' : 'max_tokens'
}

const REPLY =
  '{"id":"chatcmpl-1","object":"chat.completion","created":1763712000,"model":"theirs","x_unknown":{"n":12345678901234567890,"f":1.0},"choices":[{"index":0,"message":{"role":"assistant","content":"h\\u00e9"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5},"error":null,"service_tier":"x"}'

describe('a reply', () => {
  it('reaches the client byte for byte, but for the list of edits', async () => {
    rig.simulation.reply(PROVIDER, { body: REPLY })
    const response = await rig.call(CHAT, { json: { model, messages: [{ role: 'user', content: 'hi' }] } })
    const text = await response.text()
    const usage = /"usage":(\{.*?\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/.exec(text)?.[1] ?? ''
    expect(JSON.parse(usage)).toMatchObject({ prompt_tokens: 3, completion_tokens: 2, cost: expect.any(Number) })
    const id = response.headers.get('x-generation-id')
    const expected = REPLY.replace('"chatcmpl-1"', `"${id}"`)
      .replace('"theirs"', JSON.stringify(model))
      .replace('"finish_reason":"stop"', '"finish_reason":"stop","native_finish_reason":"stop"')
      .replace(',"error":null', '')
      .replace('{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}', usage)
      .replace('"service_tier":"x"}', '"service_tier":"x","provider":"Groq","system_fingerprint":null}')
    expect(text).toBe(expected)
  })

  it('streams byte for byte, but for the list of edits, however it is cut', async () => {
    const chunk = (choices: string, more = '') =>
      `data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"theirs","x":1.0,"choices":[${choices}]${more}}\n\n`
    const sse =
      ': a comment\n\n' +
      chunk(
        '{"index":0,"delta":{"role":"assistant","content":"h\\u00e9 \u{1f600}"},"finish_reason":null}',
        ',"usage":null',
      ) +
      chunk('{"index":0,"delta":{},"finish_reason":"stop"}', ',"system_fingerprint":null') +
      chunk('', ',"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}') +
      'data: [DONE]\n\n'
    const ask = { model, messages: [{ role: 'user', content: 'hi' }], stream: true }
    const read = async (cuts: number[]) => {
      rig.simulation.reply(PROVIDER, { sse, cuts })
      const response = await rig.call(CHAT, { json: ask })
      const text = await response.text()
      return text.replaceAll(response.headers.get('x-generation-id') ?? '?', 'ID')
    }
    const whole = await read([])
    expect(await read([1, 5, 13, 100, 101, 130, 140, 141, 142, 143, 200, 300, 400, 401, 402])).toBe(whole)
    const edited = (choices: string) =>
      `data: {"id":"ID","object":"chat.completion.chunk","created":1,"model":${JSON.stringify(model)},"x":1.0,"choices":[${choices}],"provider":"Groq"}\n\n`
    expect(whole).toContain(
      edited(
        '{"index":0,"delta":{"role":"assistant","content":"h\\u00e9 \u{1f600}"},"finish_reason":null,"native_finish_reason":null}',
      ) + edited('{"index":0,"delta":{},"finish_reason":"stop","native_finish_reason":"stop"}'),
    )
    const events = whole.split('\n\n').filter((event) => event.startsWith('data: '))
    expect(events).toHaveLength(4)
    expect(JSON.parse(events[2]?.slice(6) ?? '')).toMatchObject({ choices: [], usage: { total_tokens: 5 } })
    expect(events[3]).toBe('data: [DONE]')
  })
})
