import type { ApiError } from './api-error.ts'
import { type Rendering, renderCompletion } from './completion.ts'
import { renderChunks } from './completion-chunks.ts'
import type { Dialect } from './dialect.ts'
import { isObject, type Json, jsonBytes } from './json.ts'
import type { RawReply } from './script.ts'

/** A reply before it is delivered: a JSON body is one part, a stream has a part for every event. */
export type Reply = {
  status: number
  headers: Record<string, string>
  streams: boolean
  /** Comments before the first event. */
  preamble: Uint8Array
  parts: Uint8Array[]
  /** What ends a stream: `data: [DONE]`. */
  done: Uint8Array
}

const NONE = new Uint8Array(0)
const DONE = Buffer.from('data: [DONE]\n\n')

/** The headers of a stream. */
export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** A JSON value as a reply. */
export function jsonReply(status: number, body: Json, headers: Record<string, string> = {}): Reply {
  const parts = [jsonBytes(body)]
  return {
    status,
    streams: false,
    preamble: NONE,
    parts,
    done: NONE,
    headers: { 'content-type': 'application/json', ...headers },
  }
}

/** An error as a reply, in the dialect's shape. */
export function errorReply(dialect: Dialect, error: ApiError, headers: Record<string, string> = {}): Reply {
  return jsonReply(error.status, dialect.errorBody(error), headers)
}

/** A value as one event. */
export function eventBytes(value: Json): Uint8Array {
  return Buffer.from(`data: ${JSON.stringify(value)}\n\n`)
}

/** A value as one event, under the name of its type. */
export function namedEventBytes(value: Json): Uint8Array {
  const type = isObject(value) && typeof value['type'] === 'string' ? value['type'] : 'message'
  return Buffer.concat([Buffer.from(`event: ${type}\n`), eventBytes(value)])
}

/** The reply to a chat completion: a stream if it was asked for. */
export function completionReply(rendering: Rendering): Reply {
  const { dialect, request } = rendering
  if (!request.stream) return jsonReply(200, renderCompletion(rendering))
  return {
    status: 200,
    headers: STREAM_HEADERS,
    streams: true,
    preamble: Buffer.from(dialect.streamPreamble),
    parts: renderChunks(rendering).map(eventBytes),
    done: DONE,
  }
}

/** An exact reply: one part, with a length for a body and without one for a stream. */
export function rawReply(raw: RawReply): Reply {
  const streams = raw.sse !== undefined
  const type = streams ? STREAM_HEADERS : { 'content-type': 'application/json' }
  const parts = [Buffer.from(raw.sse ?? raw.body ?? '')]
  return { status: raw.status ?? 200, headers: { ...type, ...raw.headers }, streams, preamble: NONE, parts, done: NONE }
}
