import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { Cancellation } from '../../base/cancellation.ts'
import type { OutboundRequest } from '../request.ts'

/** A TCP server on loopback whose every byte the test decides. For tests only. */
export type RawServer = {
  port: number
  url: string
  /** Connections so far. */
  accepted(): number
  /** Resolves when the next connection has been closed by either side. */
  nextClose(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts one. `answer` is called with each request's head, once per request (bodies are read and thrown away by length).
 */
export async function startRawServer(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let closed = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    accepted++
    sockets.add(socket)
    let pending = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      closed.resolve()
      closed = Promise.withResolvers<void>()
    })
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      for (;;) {
        const end = pending.indexOf('\r\n\r\n')
        if (end === -1) return
        const head = pending.toString('latin1', 0, end)
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
        if (pending.length < end + 4 + length) return
        pending = pending.subarray(end + 4 + length)
        answer(socket, head)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    accepted: () => accepted,
    nextClose: () => closed.promise,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A POST to a loopback server, allowed by the operator, with generous times. */
export function post(url: string, changes: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
    signal: new Cancellation(),
    addresses: 'private-allowed',
    headersTimeoutMs: 10_000,
    idleTimeoutMs: 10_000,
    ...changes,
  }
}

/** A whole response with a length. */
export function reply(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}

/** Reads a body to its end. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
