import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cutBytes } from './deliver.ts'
import { eventsOf, exchange, openExchange, type RawExchange, readExchange } from './raw-exchange.ts'
import { type Simulation, startSimulation } from './simulation.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterEach(() => simulation.reset())
afterAll(() => simulation.close())

const MESSAGES = [{ role: 'user', content: 'Tell me something.' }]

function request(stream: boolean, more: object = {}) {
  const { baseUrl, key } = simulation.providers.openai
  return { url: `${baseUrl}/chat/completions`, key, body: { model: 'gpt-4o', messages: MESSAGES, stream, ...more } }
}
const call = (stream: boolean, more: object = {}): Promise<RawExchange> => exchange(request(stream, more))

/** Ids differ between calls; everything else is the same. */
function withoutIds(body: Uint8Array): string {
  return Buffer.from(body)
    .toString('utf8')
    .replaceAll(/chatcmpl-\w+/gu, 'ID')
}

test('stall-before-headers sends no byte, until the client leaves and is seen to leave', async () => {
  simulation.script('openai', { kind: 'stall-before-headers' })
  const socket = openExchange(request(true))
  const reading = readExchange(socket)
  const recorded = await simulation.waitFor(() => true)
  expect(recorded.clientLeftAtMs).toBeUndefined()
  const leftAtMs = performance.now()
  socket.destroy()
  const ending = await recorded.ended
  expect(ending.by).toBe('client')
  expect(ending.atMs).toBeGreaterThanOrEqual(leftAtMs)
  expect(recorded.clientLeftAtMs).toBe(ending.atMs)
  expect((await reading).pieces).toEqual([])
})

test('stall-mid-stream sends whole events, half of one, and then nothing', async () => {
  simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 2 })
  const socket = openExchange(request(true))
  const halfAnEvent = (bytes: Buffer): boolean => (bytes.toString().match(/data: /gu)?.length ?? 0) === 3
  const answer = await readExchange(socket, halfAnEvent)
  expect(answer.status).toBe(200)
  const text = answer.body.toString('utf8')
  expect(text.split('\n\n')).toHaveLength(3)
  expect(text.endsWith('\n\n')).toBe(false)
  const [recorded] = simulation.requests
  expect((await recorded?.ended)?.by).toBe('client')
})

test('close-mid-event breaks the connection inside an event, and the ending is the server’s', async () => {
  simulation.script('openai', { kind: 'close-mid-event', afterEvents: 4 })
  const answer = await call(true)
  expect(answer.closedBy).toBe('server')
  expect(eventsOf(answer.body)).toHaveLength(5)
  expect(answer.body.toString('utf8').endsWith('\n\n')).toBe(false)
  expect(answer.pieces.at(-1)?.toString('latin1').endsWith('0\r\n\r\n')).toBe(false)
  expect((await simulation.requests[0]?.ended)?.by).toBe('server')
})

test('close-mid-event cuts a JSON body short of its content-length', async () => {
  simulation.script('openai', { kind: 'close-mid-event' })
  const answer = await call(false)
  const promised = Number(/content-length: (\d+)/iu.exec(answer.head)?.[1])
  expect(answer.body.length).toBeGreaterThan(0)
  expect(answer.body.length).toBeLessThan(promised)
})

test.each([100, -10])('wrong-length is off by %i bytes', async (difference) => {
  simulation.script('openai', { kind: 'wrong-length', difference })
  const answer = await call(false)
  expect(Number(/content-length: (\d+)/iu.exec(answer.head)?.[1])).toBe(answer.body.length + difference)
  expect(JSON.parse(answer.body.toString('utf8'))).toMatchObject({ object: 'chat.completion' })
})

test('error-first is a 200 whose first event is an error', async () => {
  simulation.script('openai', { kind: 'error-first' }, { times: 2 })
  const streamed = await call(true)
  expect(streamed.status).toBe(200)
  expect(eventsOf(streamed.body)).toHaveLength(1)
  expect(JSON.parse(eventsOf(streamed.body)[0] ?? '')).toMatchObject({ error: { type: 'server_error' } })
  const whole = await call(false)
  expect(whole.status).toBe(200)
  expect(Object.keys(JSON.parse(whole.body.toString('utf8')))).toEqual(['error'])
})

test('error-mid-stream sends an error after answer events and no [DONE]', async () => {
  simulation.script('openai', { kind: 'error-mid-stream', afterEvents: 3 })
  const events = eventsOf((await call(true)).body)
  expect(events).toHaveLength(4)
  expect(events.slice(0, 3).every((event) => event.includes('"choices"'))).toBe(true)
  expect(events.at(-1)).toContain('"error"')
})

test('a status comes in the provider’s shape, with its Retry-After, and once only', async () => {
  simulation.script('openai', { kind: 'status', status: 429, retryAfterSeconds: 7 })
  const refused = await call(false)
  expect(refused.status).toBe(429)
  expect(refused.head).toMatch(/retry-after: 7\r?$/imu)
  expect(JSON.parse(refused.body.toString('utf8'))).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
  expect((await call(false)).status).toBe(200)
})

test.each([401, 500, 503, 529])('a scripted %i is that status', async (status) => {
  simulation.script('openai', { kind: 'status', status })
  expect((await call(true)).status).toBe(status)
})

test('huge-event is one event of that many bytes', async () => {
  simulation.script('openai', { kind: 'huge-event', bytes: 3_000_000 })
  const events = eventsOf((await call(true)).body)
  expect(events).toHaveLength(2)
  const huge: unknown = JSON.parse(events[0] ?? '')
  expect(huge).toMatchObject({ choices: [{ delta: { content: 'x'.repeat(3_000_000) } }] })
})

test('never-ending goes on until the client hangs up', async () => {
  simulation.script('openai', { kind: 'never-ending' }, { times: 2 })
  for (const stream of [true, false]) {
    const answer = await readExchange(openExchange(request(stream)), (bytes) => bytes.length > 200_000)
    expect(answer.closedBy).toBe('test')
  }
  for (const recorded of simulation.requests) expect((await recorded.ended).by).toBe('client')
})

test('gzip-bomb is gzip that nobody asked for and grows a thousandfold', async () => {
  simulation.script('openai', { kind: 'gzip-bomb', bytes: 10_000_000 })
  const answer = await call(false)
  expect(answer.head).toMatch(/content-encoding: gzip/iu)
  expect(answer.body.length).toBeLessThan(20_000)
  expect(gunzipSync(answer.body)).toHaveLength(10_000_000)
})

test('redirect leads to another origin, where a follower would be recorded', async () => {
  simulation.script('openai', { kind: 'redirect' }, { times: 2 })
  const answer = await call(false)
  expect(answer.status).toBe(307)
  const location = /location: (\S+)/iu.exec(answer.head)?.[1] ?? ''
  expect(new URL(location).origin).not.toBe(simulation.url)
  expect(new URL(location).port).toBe(new URL(simulation.url).port)
  simulation.script('openai', { kind: 'redirect', location: 'https://example.com/', status: 302 })
  await call(false)
  expect((await call(false)).head).toMatch(/^HTTP\/1\.1 302[\s\S]*location: https:\/\/example\.com\//iu)
})

test('no-done is the whole stream but for [DONE]', async () => {
  const whole = withoutIds((await call(true)).body)
  simulation.script('openai', { kind: 'no-done' })
  expect(`${withoutIds((await call(true)).body)}data: [DONE]\n\n`).toBe(whole)
})

test('malformed-json is no JSON', async () => {
  simulation.script('openai', { kind: 'malformed-json' }, { times: 2 })
  const whole = await call(false)
  expect(() => JSON.parse(whole.body.toString('utf8'))).toThrow(SyntaxError)
  const events = eventsOf((await call(true)).body)
  expect(() => JSON.parse(events[1] ?? '')).toThrow(SyntaxError)
})

test('huge-headers are larger than Node’s clients take', async () => {
  simulation.script('openai', { kind: 'huge-headers' })
  expect((await call(false)).head.length).toBeGreaterThan(20_000)
})

test('no-usage and usage take away and replace the usage', async () => {
  const options = { stream_options: { include_usage: true } }
  simulation.script('openai', { kind: 'no-usage' }, { times: 2 })
  expect((await call(false)).body.toString('utf8')).not.toContain('usage')
  expect((await call(true, options)).body.toString('utf8')).not.toContain('prompt_tokens')
  simulation.script('openai', { kind: 'usage', usage: { prompt_tokens: -1 } }, { times: 2 })
  expect(JSON.parse((await call(false)).body.toString('utf8'))).toMatchObject({ usage: { prompt_tokens: -1 } })
  expect((await call(true, options)).body.toString('utf8')).toContain('"usage":{"prompt_tokens":-1}')
})

test('ignores-max-tokens answers longer than it was allowed to', async () => {
  const limited = { max_tokens: 3 }
  const obeyed: unknown = JSON.parse((await call(false, limited)).body.toString('utf8'))
  expect(obeyed).toMatchObject({ usage: { completion_tokens: 3 }, choices: [{ finish_reason: 'length' }] })
  simulation.script('openai', { kind: 'ignores-max-tokens' })
  const ignored = (await call(false, limited)).body.toString('utf8')
  expect(Number(/"completion_tokens":(\d+)/u.exec(ignored)?.[1])).toBeGreaterThan(3)
})

test('empty has no content and no completion tokens', async () => {
  simulation.script('openai', { kind: 'empty' })
  const answer: unknown = JSON.parse((await call(false)).body.toString('utf8'))
  expect(answer).toMatchObject({ choices: [{ message: { content: '' } }], usage: { completion_tokens: 0 } })
})

test('slow-drip sends the same bytes one by one', async () => {
  const raw = { body: '{"a":1}' }
  simulation.reply('openai', raw)
  const whole = await call(false)
  simulation.script('openai', { kind: 'slow-drip' })
  const dripped = await call(false, { max_tokens: 1 })
  // A socket may join bytes on their way, so most pieces (not all) are one chunk of one byte.
  expect(dripped.pieces.length).toBeGreaterThan(dripped.body.length / 2)
  expect(whole.pieces.length).toBeLessThan(4)
})

test('cut sends the same bytes in a write for each piece', async () => {
  const whole = withoutIds((await call(true)).body)
  simulation.script('openai', { kind: 'cut', cuts: [1, 7, 300, 301, 302] })
  const cut = await call(true)
  expect(withoutIds(cut.body)).toBe(whole)
  expect(cut.pieces.length).toBeGreaterThanOrEqual(5)
})

test('cutting and joining gives the bytes back, whatever the offsets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.integer({ min: -5, max: 80 })), (bytes, cuts) => {
      const pieces = cutBytes(bytes, cuts)
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes))
      if (bytes.length > 0) expect(pieces.every((piece) => piece.length > 0)).toBe(true)
    }),
  )
})

test('faults come first in, first out, and each provider has its own', async () => {
  simulation.script('openai', { kind: 'status', status: 500 })
  simulation.script('openai', { kind: 'status', status: 503 }, { times: 2 })
  simulation.script('groq', { kind: 'status', status: 401 })
  expect(simulation.pending('openai')).toBe(3)
  const statuses: number[] = []
  for (let count = 0; count < 4; count += 1) statuses.push((await call(false)).status)
  expect(statuses).toEqual([500, 503, 503, 200])
  expect(simulation.pending('groq')).toBe(1)
})

test('a reply is given byte for byte, whatever was asked and by whom', async () => {
  const sse = 'data: {"x":"caf\u00e9"}\r\n\r\n: comment\r\rdata: [DONE]\n\n'
  simulation.reply('openai', { sse, cuts: [14, 15, 20], headers: { 'x-request-id': 'req_1' } })
  const streamed = await exchange({ ...request(true), key: 'wrong' })
  expect(streamed.body.toString('utf8')).toBe(sse)
  expect(streamed.head).toMatch(/content-type: text\/event-stream[\s\S]*x-request-id: req_1/iu)
  simulation.reply('openai', { status: 418, body: ' {"a" : 1e2}\n', headers: { 'content-type': 'text/plain' } })
  const whole = await call(false)
  expect(whole.status).toBe(418)
  expect(whole.body.toString('utf8')).toBe(' {"a" : 1e2}\n')
  expect(whole.head).toMatch(/content-type: text\/plain/iu)
})
