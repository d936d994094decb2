import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer as createTcpServer } from 'node:net'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, expect, test, vi } from 'vitest'
import type { Net } from './dispatcher.ts'
import { createNet } from './dispatcher.ts'
import { makeCertificate } from './testing/certificate.ts'
import { post, readText, reply } from './testing/raw-server.ts'

const { key, cert } = makeCertificate('model.test')
const authorities = getCACertificates('default')
const cleaning: (() => unknown)[] = []
let net: Net | undefined

afterEach(async () => {
  await net?.close()
  for (const clean of cleaning.splice(0)) await clean()
  setDefaultCACertificates(authorities)
  vi.unstubAllEnvs()
})

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleaning.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  return address.port
}

/** An https server for model.test that answers every request. */
function startTls(): Promise<number> {
  const server = createServer({ key, cert }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write(reply('{}')))
  })
  server.on('tlsClientError', () => undefined)
  return listen(server)
}

const loopback = async () => [{ address: '127.0.0.1', family: 4 }]

test('an untrusted certificate is refused, and no environment variable changes that', async () => {
  const port = await startTls()
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  net = createNet({ resolve: loopback })
  await expect(net.dispatch(post(`https://model.test:${port}/`))).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('is not trusted'),
  })
})

test('a trusted certificate for another name is refused', async () => {
  const port = await startTls()
  setDefaultCACertificates([...authorities, cert])
  net = createNet({ resolve: loopback })
  await expect(net.dispatch(post(`https://other.test:${port}/`))).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
  })
})

test('a trusted certificate is accepted, directly and through a proxy', async () => {
  const port = await startTls()
  setDefaultCACertificates([...authorities, cert])
  net = createNet({ resolve: loopback })
  expect(await readText((await net.dispatch(post(`https://model.test:${port}/`))).body)).toBe('{}')
  await net.close()
  const asked: string[] = []
  const proxyPort = await listen(
    createTcpServer((socket) => {
      socket.once('data', (head) => {
        asked.push(head.toString())
        const behind = connect(port, '127.0.0.1')
        behind.on('error', () => undefined)
        cleaning.push(() => behind.destroy())
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(behind).pipe(socket)
      })
    }),
  )
  net = createNet({
    resolve: async () => [{ address: '10.1.1.1', family: 4 }],
    proxy: { https: `http://127.0.0.1:${proxyPort}` },
  })
  expect(await readText((await net.dispatch(post(`https://model.test:${port}/`))).body)).toBe('{}')
  expect(asked[0]).toContain(`CONNECT 10.1.1.1:${port}`)
})

test('a server that accepts and then says nothing is a timeout', async () => {
  const port = await listen(createTcpServer(() => undefined))
  net = createNet({ resolve: loopback, limits: { connectTimeoutMs: 60 } })
  await expect(net.dispatch(post(`https://model.test:${port}/`))).rejects.toMatchObject({ code: 'provider_timeout' })
})
