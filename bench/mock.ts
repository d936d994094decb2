// A provider that costs as little as a Node server can: fixed bytes, chosen by two substrings of the body.
// node bench/mock.ts  ->  prints {"port":N} and serves until it is told to stop.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { JSON_REPLY, MODELS, PACE_MS, STREAM_REPLY } from './mock-replies.ts'

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
const JSON_HEADERS = { 'content-type': 'application/json', 'content-length': JSON_REPLY.length }
const MODEL_LIST = Buffer.from(
  JSON.stringify({
    object: 'list',
    data: MODELS.map((id) => ({ id, object: 'model', created: 0, owned_by: 'bench' })),
  }),
)

function answer(body: string, response: ServerResponse): void {
  if (!body.includes('"stream":true')) {
    response.writeHead(200, JSON_HEADERS).end(JSON_REPLY)
    return
  }
  response.writeHead(200, STREAM_HEADERS)
  if (body.includes('bench-idle')) response.write(STREAM_REPLY[0])
  else if (body.includes('bench-paced')) streamPaced(response)
  else streamFast(response)
}

/** One event a turn of the loop, so that each is a write (and a packet) of its own; waits when the reader is slow. */
function streamFast(response: ServerResponse): void {
  let next = 0
  const step = () => {
    if (response.destroyed) return
    const event = STREAM_REPLY[next++]
    if (event === undefined) response.end()
    else if (response.write(event)) setImmediate(step)
    else response.once('drain', step)
  }
  step()
}

function streamPaced(response: ServerResponse): void {
  let next = 0
  const timer = setInterval(() => {
    const event = STREAM_REPLY[next++]
    if (event !== undefined) {
      response.write(event)
      return
    }
    clearInterval(timer)
    response.end()
  }, PACE_MS)
  response.once('close', () => clearInterval(timer))
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(MODEL_LIST)
    return
  }
  let body = ''
  request.setEncoding('latin1')
  request.on('data', (text: string) => {
    body += text
  })
  request.on('end', () => answer(body, response))
})
// A connection closed between two runs would show up as somebody else's error.
server.keepAliveTimeout = 0
server.requestTimeout = 0
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ port })}\n`)
})
