/**
 * What this library needs of Node's `IncomingMessage`, and of Express's and Fastify's requests on top of it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6
 */
export type NodeRequest = AsyncIterable<Uint8Array> & {
  method?: string | undefined
  url?: string | undefined
  /** Express: the whole path, where a router took its part off `url`. */
  originalUrl?: string
  headers: Record<string, string | string[] | undefined>
  /** What a body parser before us made of it. */
  body?: unknown
}

/** What this library needs of Node's `ServerResponse`. @see https://www.rfc-editor.org/rfc/rfc9110#section-6 */
export type NodeResponse = {
  statusCode: number
  writableFinished: boolean
  setHeader(name: string, value: string | string[]): unknown
  write(part: Uint8Array): boolean
  end(): unknown
  destroy(): unknown
  once(event: 'close' | 'drain', listener: () => void): unknown
  off(event: 'close' | 'drain', listener: () => void): unknown
}

/**
 * Answers a web request with a web response; undefined leaves it to others.
 * @see https://fetch.spec.whatwg.org/#request-class and #response-class
 */
export type Handler<Context> = (
  request: Request,
  context: Context,
) => Promise<Response | undefined> | Response | undefined

/** Only path and query of it are read: where people reach the app is a setting, never a request's Host. */
const BASE = 'http://this.invalid'

/** Verbs of HTTP that a web request cannot have. @see https://fetch.spec.whatwg.org/#forbidden-method */
const FORBIDDEN = new Set(['CONNECT', 'TRACE', 'TRACK'])

/**
 * A Node request as a web one. It is aborted when the client goes away before its answer is complete.
 * @returns undefined for a verb that no web request has
 */
export function webRequest(request: NodeRequest, response: NodeResponse): Request | undefined {
  const { method = 'GET' } = request
  if (FORBIDDEN.has(method.toUpperCase())) return undefined
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const path = request.originalUrl ?? request.url ?? '/'
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(':')) continue
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) headers.append(name, one)
  }
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(request)
  // `duplex`: a body that is a stream is sent while the answer may already come. The types do not know it yet.
  const init: RequestInit & { duplex: 'half' } = { method, headers, signal: gone.signal, duplex: 'half' }
  if (body !== undefined) init.body = body
  // Put together, not resolved: '//host' and '/\\host' would lead elsewhere, or be no address at all.
  return new Request(BASE + (path.startsWith('/') ? path : '/'), init)
}

/** Writes a web answer to a Node one, no faster than it is read. */
export async function sendWebResponse(answer: Response, response: NodeResponse): Promise<void> {
  writeHead(answer, response)
  const reader = answer.body?.getReader()
  if (reader === undefined) {
    response.end()
    return
  }
  let isGone = false
  response.once('close', () => {
    isGone = true
    // What is cancelled when it has ended already, or failed, has nothing more to say.
    reader.cancel().catch(() => undefined)
  })
  try {
    for (let part = await reader.read(); !part.done && !isGone; part = await reader.read()) {
      if (!response.write(part.value)) await drained(response)
    }
    response.end()
  } catch {
    // A broken answer is broken for the reader too: never a clean end.
    response.destroy()
  }
}

function writeHead({ status, headers }: Response, response: NodeResponse): void {
  response.statusCode = status
  const cookies = headers.getSetCookie()
  headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value)
  })
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
}

function drained(response: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go)
      response.off('close', go)
      resolve()
    }
    response.once('drain', go)
    response.once('close', go)
  })
}

function bodyOf(request: NodeRequest): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string {
  const { body } = request
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return new Uint8Array(body)
  if (body !== undefined && body !== null) return JSON.stringify(body)
  const parts = request[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done === true) controller.close()
        else controller.enqueue(new Uint8Array(value))
      },
      cancel() {
        // Read on and thrown away: ending the request here would end the connection, and the answer with it.
        void drain(parts)
      },
    },
    // Nothing is read before somebody asks: a handler that leaves the request to others leaves its body too.
    { highWaterMark: 0 },
  )
}

async function drain(parts: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    for (let part = await parts.next(); part.done !== true; part = await parts.next());
  } catch {
    // The client went away: there is nobody to answer any more.
  }
}
