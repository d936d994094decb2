import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { parseDestination } from './destination.ts'
import type { Net } from './dispatcher.ts'
import { createNet } from './dispatcher.ts'
import { bypassesProxy, parseProxy } from './proxy.ts'
import type { RawServer } from './testing/raw-server.ts'
import { post, readText, reply, startRawServer } from './testing/raw-server.ts'

let net: Net | undefined
const open: { close(): unknown }[] = []

afterEach(async () => {
  await net?.close()
  for (const part of open.splice(0)) await part.close()
})

/** A proxy that tunnels to `upstream` whatever it is asked for, and remembers what that was. */
async function startProxy(upstream: number, answer = 'HTTP/1.1 200 Connection established\r\n\r\n') {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', (head) => {
      asked.push(head.toString('latin1'))
      const behind = connect(upstream, '127.0.0.1')
      sockets.add(behind)
      behind.on('error', () => undefined)
      socket.write(answer)
      socket.pipe(behind).pipe(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  return { url: `http://user:canary@127.0.0.1:${address.port}`, asked }
}

async function startUpstream(): Promise<RawServer> {
  const upstream = await startRawServer((socket) => socket.write(reply('{}')))
  open.push(upstream)
  return upstream
}

const toLan = async () => [{ address: '10.9.8.7', family: 4 }]

test('a proxied call asks for a tunnel to the vetted address, with the proxy\u2019s own login', async () => {
  const proxy = await startProxy((await startUpstream()).port)
  net = createNet({ proxy: { http: proxy.url }, resolve: toLan })
  expect(await readText((await net.dispatch(post('http://model.lan:8080/v1'))).body)).toBe('{}')
  expect(await readText((await net.dispatch(post('http://model.lan:8080/v1'))).body)).toBe('{}')
  expect(proxy.asked).toHaveLength(1)
  expect(proxy.asked[0]).toMatch(/^CONNECT 10\.9\.8\.7:8080 HTTP\/1\.1\r\nHost: 10\.9\.8\.7:8080\r\n/)
  expect(proxy.asked[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from('user:canary').toString('base64')}`)
})

test('addresses are vetted before a proxy is asked for them', async () => {
  const proxy = await startProxy((await startUpstream()).port)
  net = createNet({ proxy: { http: proxy.url }, resolve: toLan })
  for (const url of ['http://model.lan:8080/', 'http://10.9.8.7/', 'http://[::ffff:a09:807]/', 'http://metadata/']) {
    await expect(net.dispatch(post(url, { addresses: 'public' }))).rejects.toMatchObject({ code: 'address_forbidden' })
  }
  expect(proxy.asked).toEqual([])
})

test('where the proxy resolves, names go to it and literal addresses are still vetted', async () => {
  const proxy = await startProxy((await startUpstream()).port)
  net = createNet({
    proxy: { http: proxy.url, resolves: 'proxy' },
    resolve: async () => {
      throw new Error('must not be asked')
    },
  })
  await expect(net.dispatch(post('http://10.9.8.7/', { addresses: 'public' }))).rejects.toMatchObject({
    code: 'address_forbidden',
  })
  await expect(net.dispatch(post('http://metadata.goog/'))).rejects.toMatchObject({ code: 'address_forbidden' })
  // The proxy itself is an address, so nothing at all is resolved here.
  await readText((await net.dispatch(post('http://model.example/', { addresses: 'public' }))).body)
  expect(proxy.asked[0]).toMatch(/^CONNECT model\.example:80 /)
})

test.each([
  ['a refusal', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', '(407)'],
  ['no HTTP', 'hello\r\n\r\n', 'not HTTP'],
  ['a flood', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(4_000)}`, 'larger'],
])('a proxy that answers with %s is no provider', async (_name, answer, words) => {
  const proxy = await startProxy((await startUpstream()).port, answer)
  net = createNet({ proxy: { http: proxy.url }, resolve: toLan })
  const error = await net.dispatch(post('http://model.lan:8080/')).catch((reason: Error) => reason)
  expect(error).toMatchObject({ code: 'provider_unavailable', message: expect.stringContaining(words) })
  expect(`${error} ${JSON.stringify(error)}`).not.toContain('canary')
})

test('a proxy\u2019s address that is none is refused without being quoted', () => {
  for (const url of ['user:canary@host:1', 'socks5://canary@host', '']) {
    expect(() => parseProxy(url)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.not.stringContaining('canary') }),
    )
  }
})

test.each([
  ['http://localhost:11434/', '', true],
  ['http://127.0.0.1/', '', true],
  ['http://[::1]/', '', true],
  ['https://api.openai.com/', '', false],
  ['https://api.openai.com/', '*', true],
  ['https://api.openai.com/', 'openai.com', true],
  ['https://api.openai.com/', '.openai.com', true],
  ['https://api.openai.com/', '*.OpenAI.com', true],
  ['https://api.openai.com/', 'api.openai.com:443', true],
  ['https://api.openai.com/', 'api.openai.com:8443', false],
  ['https://notopenai.com/', 'openai.com', false],
  ['http://10.1.2.3/', 'foo, 10.1.2.3', true],
  ['http://[fd12::1]/', 'fd12::1', true],
])('%s with NO_PROXY=%s: direct %s', (url, none, direct) => {
  expect(bypassesProxy(parseDestination(url, 'private-allowed'), none)).toBe(direct)
})
