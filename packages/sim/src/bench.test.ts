import { afterAll, beforeAll, expect, test } from 'vitest'
import { BENCH_EVENTS, BENCH_IDLE_MODEL, BENCH_JSON, BENCH_STREAM } from './bench.ts'
import { type BenchServer, startBenchServer } from './bench-server.ts'
import { eventsOf, exchange, openExchange, readExchange } from './raw-exchange.ts'

let server: BenchServer
let url: string
beforeAll(async () => {
  server = await startBenchServer({ port: 0 })
  url = `${server.bench.baseUrl}/chat/completions`
})
afterAll(() => server.close())

test('the JSON answer is the bytes made beforehand, about 300 of them', async () => {
  expect((await exchange({ url, body: { model: 'bench' } })).body).toEqual(BENCH_JSON)
  expect(BENCH_JSON.length).toBeGreaterThan(200)
  expect(BENCH_JSON.length).toBeLessThan(400)
  expect(JSON.parse(BENCH_JSON.toString())).toMatchObject({ usage: { total_tokens: 9 } })
})

test.each(['{"stream":true}', '{"stream": true}'])('%s gives 200 events, each in a write of its own', async (body) => {
  const answer = await exchange({ url, body })
  expect(answer.body).toEqual(Buffer.concat([...BENCH_STREAM]))
  const events = eventsOf(answer.body)
  expect(events).toHaveLength(BENCH_EVENTS + 1)
  for (const event of events.slice(0, -1)) expect(JSON.parse(event)).toMatchObject({ object: 'chat.completion.chunk' })
  // The reader of this same process may be late for some, but most arrive alone.
  expect(answer.pieces.length).toBeGreaterThan(BENCH_EVENTS / 2)
})

test('the idle model sends one event and then nothing', async () => {
  const socket = openExchange({ url, body: { stream: true, model: BENCH_IDLE_MODEL } })
  const answer = await readExchange(socket, (bytes) => bytes.includes('\n\n', bytes.indexOf('data: ')))
  expect(eventsOf(answer.body)).toHaveLength(1)
  expect(answer.closedBy).toBe('test')
})

test('the model list needs no key', async () => {
  expect((await exchange({ url: `${server.bench.baseUrl}/models` })).body.toString()).toContain('"bench"')
})
