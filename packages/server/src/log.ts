import pino, { type Logger } from 'pino'
import { formatUsd } from './base/money.ts'
import type { CallRecord } from './gateway/call.ts'
import { GatheredLines } from './gathered-lines.ts'

export type Log = Logger

/** How long a line may wait in memory before it is written, in milliseconds: a write per call would cost more than the line. */
const FLUSH_MS = 250
/** Lines are gathered up to this many characters: a hundred calls. */
const GATHER_CHARACTERS = 32 * 1024
/** One write takes this many bytes at the most. */
const WRITE_BYTES_MAX = 256 * 1024
/** What waits for a reader that has stopped reading; what comes beyond it is dropped, rather than the calls it tells of. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024

/** JSON lines on standard error, so that standard output stays what the command was asked for. */
export function createLog(level: string): Log {
  const destination = pino.destination({
    dest: 2,
    sync: false,
    maxWrite: WRITE_BYTES_MAX,
    maxLength: WAITING_BYTES_MAX,
  })
  const lines = new GatheredLines(destination, { charactersMax: GATHER_CHARACTERS, waitMs: FLUSH_MS })
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines)
}

/** The one line of a call. It names the key by its hash; a prompt, an answer, a header or a key cannot be in it. */
export function logCall(log: Log, record: CallRecord): void {
  const line = {
    request_id: record.requestId,
    generation: record.id,
    key: record.keyHash,
    model: record.model,
    provider: record.provider,
    streamed: record.streamed,
    status: record.status,
    latency_ms: record.latencyMs,
    first_event_ms: record.firstEventMs,
    retries: record.retries,
    tokens_prompt: record.tokensPrompt,
    tokens_completion: record.tokensCompletion,
    cost_usd: formatUsd(record.amount),
    error: record.error,
  }
  if (record.status >= 500) log.error(line, 'call')
  else log.info(line, 'call')
}
