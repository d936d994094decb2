import type { Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Cancellation } from '../base/cancellation.ts'
import type { Net } from './dispatcher.ts'
import { createNet } from './dispatcher.ts'
import type { RawServer } from './testing/raw-server.ts'
import { post, readText, reply, startRawServer } from './testing/raw-server.ts'

// 1 in `npm run prove`: full counts. Otherwise a twentieth.
const SCALE = Number(process.env['KEYWAY_PROOF_SCALE'] ?? '0.05')

let net: Net
let server: RawServer | undefined

beforeEach(() => {
  net = createNet()
})

afterEach(async () => {
  await net.close()
  await server?.close()
  server = undefined
})

async function serve(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  server = await startRawServer(answer)
  return server
}

const CHUNKED = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

test('a refused connection is told without the address behind the name', async () => {
  const { url, close } = await startRawServer(() => undefined)
  await close()
  await expect(net.dispatch(post(url))).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringMatching(/^The connection to 127\.0\.0\.1:\d+ failed \(ECONNREFUSED\)\.$/),
  })
})

test('a provider that never answers is a timeout, and its connection is closed', async () => {
  const { url, nextClose } = await serve(() => undefined)
  const closed = nextClose()
  await expect(net.dispatch(post(url, { headersTimeoutMs: 60 }))).rejects.toMatchObject({ code: 'provider_timeout' })
  await closed
})

test('response headers are bounded by the configured size', async () => {
  await net.close()
  net = createNet({ limits: { headerBytesMax: 2_000 } })
  let length = 1_000
  const { url } = await serve((socket) => socket.write(reply('{}', `x: ${'a'.repeat(length)}\r\n`)))
  expect(await readText((await net.dispatch(post(url))).body)).toBe('{}')
  length = 2_000
  await expect(net.dispatch(post(url))).rejects.toMatchObject({ code: 'provider_invalid_reply' })
})

test('headers that never end are refused by size, and those that drip by time', async () => {
  const endless = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const more = () => {
      while (!socket.destroyed && socket.write(`x-${'a'.repeat(500)}: b\r\n`));
    }
    socket.on('drain', more)
    more()
  })
  await expect(net.dispatch(post(endless.url))).rejects.toMatchObject({ code: 'provider_invalid_reply' })
  await endless.close()
  const { url } = await serve((socket) => {
    const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'), 5)
    socket.on('close', () => clearInterval(timer))
  })
  await expect(net.dispatch(post(url, { headersTimeoutMs: 100 }))).rejects.toMatchObject({ code: 'provider_timeout' })
})

test.each([
  ['content-encoding: gzip', 'compressed'],
  ['content-encoding: gzip, gzip', 'compressed'],
  ['content-encoding: br', 'compressed'],
  ['content-encoding: unheard-of', 'compressed'],
])('F23: a coded body is refused unread: %s', async (header, words) => {
  const { url, nextClose } = await serve((socket) => socket.write(reply('\u001f\u008b', `${header}\r\n`)))
  const closed = nextClose()
  await expect(net.dispatch(post(url))).rejects.toMatchObject({
    code: 'provider_invalid_reply',
    message: expect.stringContaining(words),
  })
  await closed
})

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
  ['length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\n{}'],
])('what is not HTTP is an invalid reply: %s', async (_name, answer) => {
  const { url } = await serve((socket) => socket.write(answer))
  await expect(net.dispatch(post(url))).rejects.toMatchObject({ code: 'provider_invalid_reply' })
})

test.each([
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ['a hang-up before the head', ''],
  ['a hang-up within the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
])('no answer is no provider: %s', async (_name, answer) => {
  const { url } = await serve((socket) => socket.end(answer))
  await expect(net.dispatch(post(url))).rejects.toMatchObject({ code: 'provider_unavailable' })
})

test.each([
  ['a length that is not reached', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'],
  ['chunks without their end', `${CHUNKED}${chunk('abc')}`],
])('a body that stops early gives its bytes, then breaks: %s', async (_name, answer) => {
  const { url } = await serve((socket) => socket.end(answer))
  const { body } = await net.dispatch(post(url))
  const seen: string[] = []
  const reading = (async () => {
    for await (const bytes of body) seen.push(Buffer.from(bytes).toString())
  })()
  await expect(reading).rejects.toMatchObject({ code: 'stream_broken' })
  expect(seen.join('')).toBe('abc')
})

test('a reset in the middle of a body breaks the stream', async () => {
  const { url } = await serve((socket) => {
    socket.write(`${CHUNKED}${chunk('abc')}`, () => socket.resetAndDestroy())
  })
  await expect(net.dispatch(post(url)).then(({ body }) => readText(body))).rejects.toMatchObject({
    code: expect.stringMatching(/^(stream_broken|provider_unavailable)$/),
  })
})

test('a body that falls silent is a timeout', async () => {
  const { url } = await serve((socket) => socket.write(`${CHUNKED}${chunk('abc')}`))
  const { body } = await net.dispatch(post(url, { idleTimeoutMs: 80 }))
  await expect(readText(body)).rejects.toMatchObject({ code: 'provider_timeout' })
})

test('a header with a line break is refused without being quoted', async () => {
  const { url, accepted } = await serve((socket) => socket.write(reply('{}')))
  const error = await net
    .dispatch(post(url, { headers: { authorization: 'Bearer canary\r\nx: y' } }))
    .catch((reason: Error) => reason)
  expect(error).toMatchObject({ code: 'internal' })
  expect(`${error} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain('canary')
  expect(accepted()).toBe(0)
})

test('a signal that was aborted before sends nothing', async () => {
  const { url, accepted } = await serve((socket) => socket.write(reply('{}')))
  const signal = new Cancellation()
  signal.abort(new Error('too late'))
  await expect(net.dispatch(post(url, { signal }))).rejects.toThrow('too late')
  expect(accepted()).toBe(0)
})

test('F13: aborting while waiting or reading closes the upstream connection within 250 ms', async () => {
  const delays: number[] = []
  const rounds = Math.ceil(1_000 * SCALE)
  for (let round = 0; round < rounds; round++) {
    const asked = Promise.withResolvers<void>()
    const streaming = await startRawServer((socket) => {
      if (round % 2 === 0) socket.write(`${CHUNKED}${chunk('x'.repeat((round % 50) * 40 + 1))}`)
      asked.resolve()
    })
    const controller = new AbortController()
    const answer = net.dispatch(post(streaming.url, { signal: controller.signal }))
    const reading = answer.then(({ body }) => readText(body))
    await asked.promise
    if (round % 2 === 0) await answer
    const closed = streaming.nextClose()
    const before = performance.now()
    controller.abort(new Error('client gone'))
    await expect(reading).rejects.toThrow('client gone')
    await closed
    delays.push(performance.now() - before)
    await streaming.close()
  }
  delays.sort((a, b) => a - b)
  const p99 = delays[Math.ceil(rounds * 0.99) - 1] ?? Number.POSITIVE_INFINITY
  console.log(`proof: F13 ${rounds} aborts, upstream closed after ${p99.toFixed(1)} ms (p99)`)
  expect(p99).toBeLessThan(250)
})

test('aborting while the connection is being opened gives up at once', async () => {
  await net.close()
  const looked = Promise.withResolvers<void>()
  net = createNet({
    resolve: () => {
      looked.resolve()
      return new Promise(() => undefined)
    },
  })
  const signal = new Cancellation()
  const answer = net.dispatch(post('http://slow-name.test:8080/', { signal }))
  await looked.promise
  signal.abort(new Error('client gone'))
  await expect(answer).rejects.toThrow('client gone')
})

test('a name look-up that hangs is a timeout', async () => {
  await net.close()
  net = createNet({ resolve: () => new Promise(() => undefined), limits: { connectTimeoutMs: 50 } })
  await expect(net.dispatch(post('http://slow-name.test:8080/'))).rejects.toMatchObject({ code: 'provider_timeout' })
})

test('leaving the loop closes the upstream connection', async () => {
  const { url, nextClose } = await serve((socket) => socket.write(`${CHUNKED}${chunk('abc')}`))
  const closed = nextClose()
  const { body } = await net.dispatch(post(url))
  for await (const _bytes of body) break
  await closed
})

test('the request goes out with its own headers, identity encoding and the right host, whatever the caller says', async () => {
  const heads: string[] = []
  const { url, port } = await serve((socket, head) => {
    heads.push(head)
    socket.write(reply('{}'))
  })
  const headers = { authorization: 'Bearer x', Host: 'evil.test', 'Accept-Encoding': 'gzip', 'Content-Length': '999' }
  await readText((await net.dispatch(post(`${url}/v1/chat?x=1`, { headers }))).body)
  const lines = heads.join().toLowerCase().split('\r\n')
  expect(lines[0]).toBe('post /v1/chat?x=1 http/1.1')
  expect(lines.filter((line) => /^(host|accept-encoding|content-length|authorization):/.test(line)).sort()).toEqual([
    'accept-encoding: identity',
    'authorization: bearer x',
    'content-length: 2',
    `host: 127.0.0.1:${port}`,
  ])
})

test('of a repeated header the last value counts, and names are lower case', async () => {
  const { url } = await serve((socket) =>
    socket.write(reply('{}', 'X-A: 1\r\nx-a: 2\r\nContent-Type: application/json\r\n')),
  )
  const { status, headers, body } = await net.dispatch(post(url))
  expect(status).toBe(200)
  expect(headers).toEqual({ 'content-length': '2', 'x-a': '2', 'content-type': 'application/json' })
  expect(await readText(body)).toBe('{}')
})

test('an error status is a response like any other', async () => {
  const { url } = await serve((socket) =>
    socket.write('HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}'),
  )
  const { status, headers, body } = await net.dispatch(post(url))
  expect([status, headers['retry-after'], await readText(body)]).toEqual([429, '7', '{}'])
})

test('connections are kept and used again, one call at a time', async () => {
  const { url, accepted } = await serve((socket) => socket.write(reply('{}')))
  for (let i = 0; i < 20; i++) await readText((await net.dispatch(post(url))).body)
  expect(accepted()).toBe(1)
  await Promise.all(Array.from({ length: 8 }, async () => readText((await net.dispatch(post(url))).body)))
  expect(accepted()).toBe(8)
})

test('a kept connection that the provider closes is replaced', async () => {
  const { url, accepted, nextClose } = await serve((socket) => socket.end(reply('{}')))
  for (let i = 0; i < 3; i++) {
    const closed = nextClose()
    await readText((await net.dispatch(post(url))).body)
    await closed
  }
  expect(accepted()).toBe(3)
})

test('calls beyond the connections wait their turn, and beyond that are refused', async () => {
  await net.close()
  net = createNet({ limits: { connectionsPerOriginMax: 2, waitingPerOriginMax: 3 } })
  const held: Socket[] = []
  const { url, accepted } = await serve((socket) => {
    held.push(socket)
    if (held.length > 2) socket.write(reply('{}'))
  })
  const calls = Array.from({ length: 5 }, () => net.dispatch(post(url)).then(({ body }) => readText(body)))
  await expect(net.dispatch(post(url))).rejects.toMatchObject({ code: 'overloaded', status: 503 })
  while (held.length < 2) await new Promise(setImmediate)
  for (const socket of held.slice(0, 2)) socket.write(reply('{}'))
  expect(await Promise.all(calls)).toEqual(['{}', '{}', '{}', '{}', '{}'])
  expect(accepted()).toBe(2)
})

test('a slow reader slows its provider and not the process', async () => {
  let sent = 0
  const { url } = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const block = Buffer.alloc(65_536)
    const more = () => {
      while (!socket.destroyed && sent < 200_000_000) {
        sent += block.length
        if (!socket.write(block)) return
      }
    }
    socket.on('drain', more)
    more()
  })
  const { body } = await net.dispatch(post(url))
  const iterator = body[Symbol.asyncIterator]()
  await iterator.next()
  // The sender stalls once the buffers between us are full: nothing changes over many turns of the loop.
  let before = -1
  while (sent !== before) {
    before = sent
    for (let i = 0; i < 2_000; i++) await new Promise(setImmediate)
  }
  expect(sent).toBeLessThan(50_000_000)
  body.destroy()
})

test('closing ends what runs and refuses what comes', async () => {
  const { url, nextClose } = await serve((socket) => socket.write(`${CHUNKED}${chunk('abc')}`))
  const { body } = await net.dispatch(post(url))
  const closed = nextClose()
  const reading = expect(readText(body)).rejects.toMatchObject({ code: expect.any(String) })
  await net.close()
  await Promise.all([reading, closed])
  await expect(net.dispatch(post(url))).rejects.toMatchObject({ code: 'draining' })
})

test('an address that is no URL is refused before anything is sent', async () => {
  await expect(net.dispatch(post('not a url'))).rejects.toMatchObject({ code: 'address_forbidden' })
})
