import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readBounded } from '../read-bounded.ts'
import { expressHandler } from './express.ts'
import { nodeListener } from './node.ts'
import { type NodeRequest, sendWebResponse, webRequest } from './node-http.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

/** Sends a request as these bytes, and gives the status of its answer. */
async function raw(url: string, line: string): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  return Number(/^HTTP\/1.1 (\d+)/.exec(Buffer.concat(parts).toString('latin1'))?.[1])
}

describe('a Node request as a web one', () => {
  test.each(['//evil.example/x', '/\\evil.example/x', '/\\', '/\\:99999', 'http://evil.example/x', '*'])(
    'takes %j for no address of its own',
    (url) => {
      const request: NodeRequest = {
        url,
        headers: { host: 'evil.example' },
        [Symbol.asyncIterator]: () => new ReadableStream()[Symbol.asyncIterator](),
      }
      const response = { once: () => undefined }
      const never = () => {
        throw new Error('not called')
      }
      const unused = {
        statusCode: 0,
        writableFinished: true,
        setHeader: never,
        write: never,
        end: never,
        destroy: never,
        off: never,
      }
      expect(new URL(webRequest(request, { ...unused, ...response })?.url ?? '').host).toBe('this.invalid')
    },
  )

  test('a middleware that leaves the request to others leaves its body too', async () => {
    const leave = expressHandler(() => undefined)
    const read = expressHandler(async (request) => new Response(await request.text()))
    const url = await serve((request, response) => {
      // What comes late is what is lost: the first has time to take the body away.
      leave(request, response, () => setImmediate(() => read(request, response, () => response.end('left'))))
    })
    const answers = await Promise.all(
      ['one', 'two'].map(async (body) => (await fetch(url, { method: 'POST', body })).text()),
    )
    expect(answers).toEqual(['one', 'two'])
  })

  test('a body that is too large is answered, on a connection that lives on', async () => {
    const url = await serve(
      nodeListener(async (request) => {
        const text = request.body === null ? '' : await readBounded(request.body, 10)
        return new Response(String(text), { status: text === undefined ? 413 : 200 })
      }),
    )
    for (let n = 0; n < 3; n++) {
      expect((await fetch(url, { method: 'POST', body: 'x'.repeat(5_000_000) })).status).toBe(413)
      expect(await (await fetch(url, { method: 'POST', body: 'small' })).text()).toBe('small')
    }
  })

  test('cookies stay apart, and whoever goes away ends the answer', async () => {
    let ended: Promise<unknown> = Promise.resolve()
    const url = await serve(
      nodeListener((request) => {
        ended = once(request.signal, 'abort')
        const headers: [string, string][] = [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ]
        const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('x')) })
        return new Response(body, { headers })
      }),
    )
    const leave = new AbortController()
    const response = await fetch(url, { signal: leave.signal })
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    leave.abort()
    await ended
  })

  test('an answer that breaks is broken for the reader too', async () => {
    const url = await serve(async (_request, response) => {
      const body = new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new TextEncoder().encode('half'))
          controller.error(new Error('broken'))
        },
      })
      await sendWebResponse(new Response(body), response)
    })
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow()
  })

  test('a handler that throws is a 500 without its words, told of on the console, and the process lives on', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue()
    try {
      const failure = new Error('secret')
      const url = await serve(
        nodeListener(() => {
          throw failure
        }),
      )
      const response = await fetch(url)
      expect([response.status, await response.text()]).toEqual([500, 'Something went wrong\n'])
      expect(said.mock.calls).toEqual([[failure]])
    } finally {
      said.mockRestore()
    }
  })

  test.each([
    ['TRACE / HTTP/1.1', 501],
    ['GET /\\ HTTP/1.1', 200],
    ['GET /\\:99999/x HTTP/1.1', 200],
    ['GET //x HTTP/1.1', 200],
    ['GET http://x:99999/ HTTP/1.1', 200],
    ['GET http://evil.example/ HTTP/1.1', 200],
    ['OPTIONS * HTTP/1.1', 200],
  ])('%s is answered, and the next one too', async (line, status) => {
    const url = await serve(nodeListener(() => new Response('here')))
    expect(await raw(url, line)).toBe(status)
    expect((await fetch(url)).status).toBe(200)
  })

  test('a verb that no web request has is left to what comes after a middleware', async () => {
    const middleware = expressHandler(() => new Response('here'))
    const url = await serve((request, response) => {
      middleware(request, response, () => response.writeHead(405).end())
    })
    expect(await raw(url, 'TRACE / HTTP/1.1')).toBe(405)
  })

  test('a body that a parser before us read is read again, whatever it made of it', async () => {
    const read = expressHandler(async (request) => new Response(await request.text()))
    let parsed: unknown
    const url = await serve((request, response) =>
      read(Object.assign(request, { body: parsed }), response, () => undefined),
    )
    for (const [made, text] of [
      ['text', 'text'],
      [Buffer.from('raw'), 'raw'],
      [{ a: 1 }, '{"a":1}'],
    ]) {
      parsed = made
      expect(await (await fetch(url, { method: 'POST', body: 'x' })).text()).toBe(text)
    }
  })
})
