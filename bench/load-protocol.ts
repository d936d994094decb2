import type { Expectation } from './reply-check.ts'

/** Where and what to send. */
export type Target = {
  port: number
  path: string
  headers: Record<string, string>
  body: string
  expected: Expectation
}

/** What the bench asks of the load process: one JSON line each on its stdin. */
export type LoadCommand =
  /** Each connection sends its next call when the last one ended. */
  | { run: 'closed'; target: Target; connections: number; warmupMs: number; durationMs: number }
  /** Calls arrive at a fixed rate, whatever the gateway does; latency counts from the arrival. */
  | { run: 'open'; target: Target; connectionsMax: number; ratePerSecond: number; warmupMs: number; durationMs: number }
  /** Opens that many streams, waits for the first event of each and keeps them open until 'go'. */
  | { run: 'idle'; target: Target; connections: number }
  /** Continue: the gateway's accounts have been read. */
  | { run: 'go' }

/** Latencies in milliseconds. */
export type LoadResult = {
  calls: number
  errors: number
  /** The first few different ones. */
  errorSamples: string[]
  elapsedMs: number
  p50Ms: number
  p99Ms: number
}

/** What it answers: 'warm' before the measured part (or when all idle streams stand), then 'result'. */
export type LoadReply = ({ type: 'warm' } & LoadResult) | ({ type: 'result' } & LoadResult)
