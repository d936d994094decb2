import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
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

describe('a Node request as a web one', () => {
  test.each(['//evil.example/x', 'http://evil.example/x', '*'])('takes %j for no address of its own', (url) => {
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
    expect(new URL(webRequest(request, { ...unused, ...response }).url).host).toBe('this.invalid')
  })

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

  test('a handler that throws is a 500 without its words', async () => {
    const listener = nodeListener(() => {
      throw new Error('secret')
    })
    const url = await serve((request, response) => {
      listener(request, response).catch(() => undefined)
    })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([500, 'Something went wrong\n'])
  })
})
