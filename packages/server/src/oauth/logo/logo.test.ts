import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createNet, type Net } from '../../net/dispatcher.ts'
import type { Dispatch } from '../../net/request.ts'
import { chunkNames, plainPng } from '../../testing/png-bytes.ts'
import { createLogos } from './logo.ts'

// The real way out, to a site on this computer that does its worst. http/oauth.test.ts has which addresses are asked at all.

const PNG = plainPng(8, [1, 2, 3, 255])
const ENOUGH_MS = 5_000
/** How long a site that is slow is waited for here. */
const SHORT_MS = 100

let site: Server
let net: Net
let answer: (response: ServerResponse) => void
const asked: { url: string; headers: IncomingHttpHeaders }[] = []

beforeAll(async () => {
  net = createNet()
  site = createServer(({ url = '', headers }, response) => {
    asked.push({ url, headers })
    answer(response)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await net.close()
  await new Promise((resolve) => site.close(resolve))
})
beforeEach(() => {
  asked.length = 0
})
afterEach(() => vi.restoreAllMocks())

/** As if the site's name led to public addresses. */
const dispatch: Dispatch = (request) => {
  const { port } = site.address() as AddressInfo
  expect(request.addresses).toBe('public')
  const url = `http://127.0.0.1:${port}${new URL(request.url).pathname}`
  return net.dispatch({ ...request, url, addresses: 'private-allowed' })
}
const fetched = (waitMs = ENOUGH_MS) =>
  createLogos({ dispatch, waitMs })('https://app.example/logo.png', new AbortController().signal)

test('row 137: a logo at a private address is never asked for, by whatever name', async () => {
  const attempts: string[] = []
  const connect = Socket.prototype.connect
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    this.on('connectionAttempt', (ip: string) => attempts.push(ip))
    return Reflect.apply(connect, this, args)
  })
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:127.0.0.1']) {
    const inside = createNet({ resolve: async () => [{ address, family: address.includes(':') ? 6 : 4 }] })
    const logos = createLogos({ dispatch: inside.dispatch })
    expect(await logos('https://app.example/logo.png', AbortSignal.timeout(ENOUGH_MS))).toBeNull()
    await inside.close()
  }
  expect(attempts).toEqual([])
})

test('row 137: a redirect is not followed, neither to a private address nor to another of the same site', async () => {
  for (const location of ['http://169.254.169.254/latest/meta-data', '/other.png']) {
    answer = (response) => response.writeHead(302, { location }).end()
    expect(await fetched()).toBeNull()
  }
  expect(asked.map(({ url }) => url)).toEqual(['/logo.png', '/logo.png'])
})

test('row 137: 10 MB, or more than 256 KB of whatever is called less, are not read to their end', async () => {
  let sent = 0
  answer = (response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    response.write(PNG)
    const more = () => {
      sent += 64 * 1024
      if (sent >= 10_000_000 || response.destroyed) response.end()
      else response.write(Buffer.alloc(64 * 1024), more)
    }
    more()
  }
  expect(await fetched()).toBeNull()
  expect(sent).toBeLessThan(5_000_000)
})

test('row 137: what says that it is longer or shorter than it is, or is coded, is no logo', async () => {
  const lies: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(200, { 'content-length': PNG.length + 1 }).write(PNG, () => response.destroy()),
    (response) => {
      response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-length: ${PNG.length - 9}\r\n\r\n${PNG.toString('latin1')}`,
        'latin1',
      )
    },
    (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(PNG)),
    (response) => response.writeHead(206).end(PNG),
    (response) => response.writeHead(204).end(),
    (response) => response.socket?.end('no HTTP'),
  ]
  for (const lie of lies) {
    answer = lie
    expect(await fetched()).toBeNull()
  }
  expect(asked).toHaveLength(lies.length)
})

test('row 137: a site that drips, or says nothing, keeps nobody waiting', async () => {
  let closed = 0
  for (const slow of [
    (response: ServerResponse) => {
      // One byte at a time, as long as anybody listens: never silent for long, and never done.
      const drip = setInterval(() => response.write(PNG.subarray(0, 1)), 10)
      response.on('close', () => clearInterval(drip))
    },
    () => undefined,
  ]) {
    const gone = new Promise<void>((resolve) => {
      answer = (response) => {
        response.on('close', () => {
          closed += 1
          resolve()
        })
        slow(response)
      }
    })
    expect(await fetched(SHORT_MS)).toBeNull()
    await gone
  }
  expect(closed).toBe(2)
})

test('row 137: nor has it longer than what the description left of the time', async () => {
  answer = () => undefined
  const logos = createLogos({ dispatch, waitMs: 60_000 })
  expect(await logos('https://app.example/logo.png', AbortSignal.timeout(SHORT_MS))).toBeNull()
  expect(await logos('https://app.example/logo.png', AbortSignal.abort())).toBeNull()
})

test('row 137: the site learns nothing of who is to see it', async () => {
  answer = (response) => response.end(PNG)
  const logo = await fetched()
  expect(chunkNames(logo ?? PNG)).toEqual(['IHDR', 'IDAT', 'IEND'])
  expect(Object.keys(asked[0]?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ])
  expect(asked[0]?.headers).toMatchObject({ accept: 'image/png', 'user-agent': 'Keyway' })
  expect(asked).toHaveLength(1)
})

test('row 137: of a crowd few are asked for and fewer are drawn at once, so that it does not take the memory', async () => {
  const logos = createLogos({ dispatch })
  const crowd = () =>
    Promise.all(Array.from({ length: 80 }, () => logos('https://app.example/logo.png', AbortSignal.timeout(ENOUGH_MS))))
  const large = plainPng(1_024, [1, 2, 3, 255])
  const waiting: ServerResponse[] = []
  const allCame = new Promise<void>((resolve) => {
    answer = (response) => {
      if (waiting.push(response) === 64) resolve()
    }
  })
  const beginning = crowd()
  await allCame
  for (const response of waiting) response.end(large)
  const drawn = (await beginning).filter((logo) => logo !== null)
  expect(asked).toHaveLength(64)
  expect(drawn.length).toBeGreaterThanOrEqual(4)
  expect(drawn.length).toBeLessThan(64)
  // And the next has its own again.
  answer = (response) => response.end(PNG)
  expect(await logos('https://app.example/logo.png', AbortSignal.timeout(ENOUGH_MS))).not.toBeNull()
})

test('our own failure is not taken for the site\u2019s', async () => {
  const logos = createLogos({ dispatch: () => Promise.reject(new TypeError('a mistake of ours')) })
  await expect(logos('https://app.example/logo.png', AbortSignal.timeout(ENOUGH_MS))).rejects.toThrow(TypeError)
})
