import { connect, type Socket } from 'node:net'

/** A request for the tests' raw socket. */
export type RawRequest = {
  url: string
  key?: string
  body?: unknown
  method?: string
  headers?: Record<string, string>
}

/** What a socket received until it closed (or until the test had seen enough). */
export type RawExchange = { status: number; head: string; body: Buffer; pieces: Buffer[]; closedBy: 'server' | 'test' }

/** Sends one HTTP/1.1 request over a socket of its own. The answer is left to whoever reads the socket. */
export function openExchange({ url, key, body, method, headers = {} }: RawRequest): Socket {
  const { hostname, port, pathname, search } = new URL(url)
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const lines = [
    `${method ?? (body === undefined ? 'GET' : 'POST')} ${pathname}${search} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'connection: close',
    `content-length: ${Buffer.byteLength(payload)}`,
    ...(key === undefined ? [] : [`authorization: Bearer ${key}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  const socket = connect(Number(port), hostname)
  socket.write(`${lines.join('\r\n')}\r\n\r\n${payload}`)
  return socket
}

/** Reads an exchange to its end, or until `enough` says so and the test hangs up. Chunked framing is taken off. */
export async function readExchange(
  socket: Socket,
  enough: (bytes: Buffer) => boolean = () => false,
): Promise<RawExchange> {
  const pieces: Buffer[] = []
  let closedBy: RawExchange['closedBy'] = 'server'
  let all = Buffer.alloc(0)
  await new Promise<void>((resolve) => {
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      all = Buffer.concat([all, piece])
      if (!enough(all)) return
      closedBy = 'test'
      socket.destroy()
    })
    // A reset is one way for a server to hang up.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
  })
  const split = all.indexOf('\r\n\r\n')
  const head = all.subarray(0, Math.max(split, 0)).toString('latin1')
  const rest = all.subarray(split + 4)
  const body = /transfer-encoding: chunked/iu.test(head) ? unchunk(rest) : rest
  return { status: Number(head.split(' ')[1] ?? 0), head, body, pieces, closedBy }
}

/** Sends a request and reads the whole answer. */
export function exchange(request: RawRequest): Promise<RawExchange> {
  return readExchange(openExchange(request))
}

/** The content of chunked framing, as far as it came. */
function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) break
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    if (!(size > 0)) break
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
  return Buffer.concat(parts)
}

/** The data of a stream's events, in their order; comments are left out. */
export function eventsOf(body: Uint8Array): string[] {
  return Buffer.from(body)
    .toString('utf8')
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice(6))
}
