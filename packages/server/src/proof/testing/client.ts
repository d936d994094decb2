import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** A chat completion to ask for. */
export type ChatCall = {
  key: string
  body: Record<string, unknown>
  headers?: Record<string, string>
  agent?: Agent
  /** Closes the connection once this many bytes of the body have arrived; 0 with the first header. */
  leaveAfterBytes?: number
  /** Aborting it closes the connection. */
  signal?: AbortSignal
  /** Called with each piece of the body, at once. */
  onBytes?: (bytes: Buffer) => void
}

/** What a client saw of its call. A connection that broke is an outcome, not an error. */
export type Outcome = {
  /** The generation's id, from the header. */
  id: string | undefined
  /** undefined: the connection ended before an answer began. */
  status: number | undefined
  headers: IncomingHttpHeaders
  text: string
  /** Was the whole answer received: a whole JSON body, or a stream with its [DONE]? */
  complete: boolean
  /** When the first byte of the answer's body came; performance.now(). */
  firstByteAtMs: number | undefined
  /** When this client closed its connection; performance.now(). */
  leftAtMs: number | undefined
}

export const DONE = 'data: [DONE]\n\n'

/** Makes one call and gives what came of it. Never rejects. */
export function callChat(url: string, call: ChatCall): Promise<Outcome> {
  const bytes = Buffer.from(JSON.stringify(call.body))
  const outcome: Outcome = {
    id: undefined,
    status: undefined,
    headers: {},
    text: '',
    complete: false,
    firstByteAtMs: undefined,
    leftAtMs: undefined,
  }
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let received = 0
    const finish = () => {
      outcome.text = Buffer.concat(pieces).toString('utf8')
      resolve(outcome)
    }
    const outgoing = request(`${url}/api/v1/chat/completions`, {
      method: 'POST',
      // A kept connection that a dying server resets would be retried by some agents; each call says itself what it shares.
      agent: call.agent ?? false,
      headers: {
        authorization: `Bearer ${call.key}`,
        'content-type': 'application/json',
        'content-length': bytes.length,
        ...call.headers,
      },
    })
    const leave = () => {
      outcome.leftAtMs ??= performance.now()
      outgoing.destroy()
    }
    if (call.signal?.aborted === true) leave()
    call.signal?.addEventListener('abort', leave, { once: true })
    outgoing.on('error', finish)
    // After an abort without an error event.
    outgoing.on('close', finish)
    outgoing.on('response', (response) => {
      const id = response.headers['x-generation-id']
      outcome.id = typeof id === 'string' ? id : undefined
      outcome.status = response.statusCode
      outcome.headers = response.headers
      if (call.leaveAfterBytes === 0) leave()
      response.on('data', (piece: Buffer) => {
        outcome.firstByteAtMs ??= performance.now()
        pieces.push(piece)
        received += piece.length
        call.onBytes?.(piece)
        if (call.leaveAfterBytes !== undefined && received >= call.leaveAfterBytes) leave()
      })
      response.on('error', finish)
      response.on('end', () => {
        const streams = response.headers['content-type']?.startsWith('text/event-stream') === true
        const text = Buffer.concat(pieces).toString('utf8')
        outcome.complete = response.statusCode === 200 && response.complete && (!streams || text.endsWith(DONE))
        finish()
      })
    })
    outgoing.end(bytes)
  })
}

/** The values of a stream's events, comments and [DONE] left out. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line): unknown => JSON.parse(line.slice('data: '.length)))
}

/** Connections that are kept and used again, as a real client's are. */
export function keptConnections(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
}
