import type { Cancellation } from '../base/cancellation.ts'
import type { Caller } from '../keys/caller.ts'
import type { Stay } from '../router/attempt.ts'
import type { GenerationDraft } from '../store/records.ts'
import type { Codec } from '../wire/codec.ts'

/** A client's request, as the edge hands it over: bounded, but not yet believed. */
export type Call = {
  /** The generation's id, made at arrival. */
  id: string
  /** Milliseconds since the epoch. */
  at: number
  /** The monotonic clock at arrival. */
  startedMs: number
  caller: Caller
  /** The format that the client speaks, and that the answer comes in. */
  codec: Codec
  body: Uint8Array
  /** The client's headers that belong to the format (`codec.headers`), in lower case. */
  headers: Readonly<Record<string, string>>
  attribution: Attribution
  /** Aborted with a KeywayError when we end the call (revoked, draining), with `CLIENT_GONE` when the client left. */
  cancellation: Cancellation
  /** Of a call within a conversation of ours: where the one before was answered. */
  stay?: Stay | undefined
}

/** What the headers say about the calling application. Stored with the call; none of it is needed. */
export type Attribution = Pick<GenerationDraft, 'origin' | 'referer' | 'userAgent' | 'requestId' | 'tags'> & {
  title: string | null
  categories: string | null
  sessionId: string | null
}

/** The abort reason for a client that closed its connection. */
export const CLIENT_GONE = Symbol('client gone')

/** Where a stream goes. The edge implements it over the socket. */
export type Sink = {
  /** @returns false when the reader is slower than we are: wait for `drained` before the next write */
  write(bytes: Uint8Array): boolean
  /** Resolves when there is room again; rejects when the client has left. */
  drained(): Promise<void>
}

/** The answer to a call. Headers are ready to send; a stream writes its body into the sink and settles the call. */
export type Reply =
  | { kind: 'json'; headers: Record<string, string>; bytes: Uint8Array }
  | {
      kind: 'stream'
      headers: Record<string, string>
      /** true: no provider has answered yet, so the reader needs a sign of life. */
      waiting: boolean
      /** Never rejects: a failure becomes an event. */
      run(sink: Sink): Promise<void>
    }

/** One finished call, for the log and the counters. Holds no prompt, answer, header or key. */
export type CallRecord = {
  id: string
  requestId: string
  at: number
  /** null: the call carried no key that we know. */
  keyHash: string | null
  /** Ours, never the client's spelling; empty where the call was refused before one was found. */
  model: string
  provider: string
  streamed: boolean
  /** The status the client saw; 499 when it left before the end. */
  status: number
  latencyMs: number
  firstEventMs: number | null
  retries: number
  tokensPrompt: number
  tokensCompletion: number
  /** Nano-dollars. */
  amount: bigint
  /** The error's code and safe message; null when all went well. */
  error: string | null
}
