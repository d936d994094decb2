import type { IncomingMessage, ServerResponse } from 'node:http'

/** Events of the bench's stream, without its [DONE]. */
export const BENCH_EVENTS = 200

/** The model whose stream sends one event and then nothing, until the client leaves: for measuring idle streams. */
export const BENCH_IDLE_MODEL = 'bench-idle'

/** Where the bench's calls go. */
export const BENCH_PREFIX = '/bench/'

const HEAD = '"object":"chat.completion.chunk","created":1767225600,"model":"bench","system_fingerprint":"fp_bench"'
const event = (rest: string): Buffer => Buffer.from(`data: {"id":"chatcmpl-bench",${HEAD},${rest}}\n\n`)

/** The bench's JSON answer. */
export const BENCH_JSON = Buffer.from(
  '{"id":"chatcmpl-bench","object":"chat.completion","created":1767225600,"model":"bench","system_fingerprint":"fp_bench",' +
    '"choices":[{"index":0,"message":{"role":"assistant","content":"Simulated."},"logprobs":null,"finish_reason":"stop"}],' +
    '"usage":{"prompt_tokens":8,"completion_tokens":1,"total_tokens":9}}',
)

/** The bench's stream, an event each; the last two are the usage and [DONE]. */
export const BENCH_STREAM: readonly Buffer[] = [
  event('"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]'),
  ...Array.from({ length: BENCH_EVENTS - 3 }, () =>
    event('"choices":[{"index":0,"delta":{"content":" simulated"},"finish_reason":null}]'),
  ),
  event('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]'),
  event('"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":197,"total_tokens":205}'),
  Buffer.from('data: [DONE]\n\n'),
]

const JSON_HEADERS = ['content-type', 'application/json', 'content-length', String(BENCH_JSON.length)]
const STREAM_HEADERS = ['content-type', 'text/event-stream', 'cache-control', 'no-cache']
const MODELS = Buffer.from(
  '{"object":"list","data":[{"id":"bench","object":"model","created":1767225600,"owned_by":"bench"}]}',
)

/**
 * Answers the bench's calls with bytes made beforehand and as little else as Node allows: no key, no record, no parsing.
 * `"stream":true` (or with a space) anywhere in the body asks for the stream, one event in one write.
 */
export function answerBench(request: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false
  if (request.method === 'GET') {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': MODELS.length })
    response.end(MODELS)
    return
  }
  // Nearly every body is one chunk; the search for the two words needs the bytes in one piece.
  let body: Buffer | undefined
  request.on('data', (chunk: Buffer) => {
    body = body === undefined ? chunk : Buffer.concat([body, chunk])
  })
  request.on('end', () => {
    if (body === undefined || !(body.includes('"stream":true') || body.includes('"stream": true'))) {
      response.writeHead(200, JSON_HEADERS)
      response.end(BENCH_JSON)
      return
    }
    response.writeHead(200, STREAM_HEADERS)
    streamBench(response, body.includes(BENCH_IDLE_MODEL) ? 1 : BENCH_STREAM.length)
  })
}

/** Each event in a turn of the event loop of its own, because Node joins the writes of one turn. */
function streamBench(response: ServerResponse, events: number): void {
  let next = 0
  const step = (): void => {
    if (response.destroyed) return
    const flushed = response.write(BENCH_STREAM[next] ?? '')
    next += 1
    if (next === BENCH_STREAM.length) response.end()
    else if (next < events) {
      if (flushed) setImmediate(step)
      else response.once('drain', step)
    }
  }
  step()
}
