import { gzipSync } from 'node:zlib'
import type { ApiError } from './api-error.ts'
import type { Dialect } from './dialect.ts'
import type { Fault } from './fault.ts'
import { jsonBytes } from './json.ts'
import { errorReply, eventBytes, namedEventBytes, type Reply } from './reply.ts'
import type { Wire } from './wire.ts'

/** Events that go out well before the faults of the middle, when the script does not say how many. */
const AFTER_EVENTS = 3

const HUGE_EVENT_BYTES = 50 * 1024 * 1024
const GZIP_BOMB_BYTES = 100 * 1024 * 1024

/** More than Node's own limit of 16 KiB for a message's headers. */
const HUGE_HEADERS_BYTES = 20 * 1024

/** What one write of an endless or huge body carries. */
const BLOCK = Buffer.alloc(64 * 1024, 'x')

/** What a delivery depends on beside the reply. */
export type DeliveryContext = {
  dialect: Dialect
  /** Waits before the answer and between its events, in milliseconds. */
  delayMs: number
  /** Where a redirect leads unless the fault says. */
  otherOrigin: string
}

const FAILURE: ApiError = { status: 500, reason: 'server', message: 'The simulated server had an error.', param: null }

/** Delivers a reply in good order: one write for every event. */
export async function deliver(wire: Wire, reply: Reply, { delayMs }: Pick<DeliveryContext, 'delayMs'>): Promise<void> {
  if (!reply.streams) {
    if (delayMs > 0) await wire.pause(delayMs)
    const body = Buffer.concat(reply.parts)
    wire.head(reply.status, { ...reply.headers, 'content-length': String(body.length) })
    await wire.write(body)
    wire.end()
    return
  }
  wire.head(reply.status, reply.headers)
  if (reply.preamble.length > 0) await wire.write(reply.preamble)
  await writeParts(wire, reply.parts, delayMs)
  if (reply.done.length > 0) await wire.write(reply.done)
  wire.end()
}

/** Delivers a reply under a fault. Faults that bend what a reply says were applied when it was made. */
export async function deliverWithFault(
  wire: Wire,
  reply: Reply,
  context: DeliveryContext & { fault: Fault },
): Promise<void> {
  const { fault, dialect } = context
  switch (fault.kind) {
    case 'stall-before-headers':
      return wire.stall()
    case 'stall-mid-stream':
      await writeBeginning(wire, reply, fault.afterEvents)
      return wire.stall()
    case 'close-mid-event':
      await writeBeginning(wire, reply, fault.afterEvents)
      return wire.destroy()
    case 'slow-events':
      return deliver(wire, reply, { delayMs: fault.intervalMs ?? 100 })
    case 'slow-drip':
      wire.head(reply.status, reply.headers)
      await writeParts(
        wire,
        [...bytesOf(reply)].map((byte) => Uint8Array.of(byte)),
        fault.intervalMs ?? 1,
      )
      return wire.end()
    case 'cut':
      return deliverCut(wire, reply, fault.cuts)
    case 'wrong-length':
      return deliverWrongLength(wire, reply, fault.difference ?? 100)
    case 'error-first':
      return deliverError(wire, reply, { dialect, after: 0, status: fault.status })
    case 'error-mid-stream':
      return deliverError(wire, reply, { dialect, after: fault.afterEvents ?? AFTER_EVENTS, status: fault.status })
    case 'status':
      return deliver(wire, statusReply(dialect, fault), context)
    case 'huge-event':
      return deliverHuge(wire, reply, { dialect, bytes: fault.bytes ?? HUGE_EVENT_BYTES })
    case 'never-ending':
      return deliverEndless(wire, reply)
    case 'gzip-bomb': {
      wire.head(200, { ...reply.headers, 'content-encoding': 'gzip' })
      await wire.write(gzipSync(Buffer.alloc(fault.bytes ?? GZIP_BOMB_BYTES, ' ')))
      return wire.end()
    }
    case 'redirect':
      wire.head(fault.status ?? 307, { location: fault.location ?? context.otherOrigin, 'content-length': '0' })
      return wire.end()
    case 'no-done':
      return deliver(wire, { ...reply, done: new Uint8Array(0) }, context)
    case 'malformed-json':
      return deliver(wire, malform(reply), context)
    case 'huge-headers':
      return deliver(wire, { ...reply, headers: { ...reply.headers, ...hugeHeaders(fault.bytes) } }, context)
    case 'no-usage':
    case 'usage':
    case 'ignores-max-tokens':
    case 'empty':
      return deliver(wire, reply, context)
  }
}

/** Cuts bytes at the given offsets; offsets outside them, or twice the same, make no piece. */
export function cutBytes(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((one, other) => one - other)
  return [0, ...inside].map((start, index) => bytes.subarray(start, inside[index] ?? bytes.length))
}

/** All the bytes of a reply's body. */
function bytesOf(reply: Reply): Buffer {
  return Buffer.concat([reply.preamble, ...reply.parts, reply.done])
}

async function writeParts(wire: Wire, parts: readonly Uint8Array[], delayMs: number): Promise<void> {
  for (const part of parts) {
    if (delayMs > 0) await wire.pause(delayMs)
    await wire.write(part)
  }
}

/** The first events and half of the next one; half of a JSON body. */
async function writeBeginning(wire: Wire, reply: Reply, afterEvents = AFTER_EVENTS): Promise<void> {
  const whole = reply.streams ? Math.min(afterEvents, reply.parts.length - 1) : 0
  const broken = reply.parts[whole] ?? new Uint8Array(0)
  const length = Buffer.concat(reply.parts).length
  wire.head(reply.status, reply.streams ? reply.headers : { ...reply.headers, 'content-length': String(length) })
  await wire.write(Buffer.concat([reply.preamble, ...reply.parts.slice(0, whole)]))
  await wire.write(broken.subarray(0, Math.ceil(broken.length / 2)))
}

/** Delivers the right bytes, cut at these offsets into writes of their own. */
export async function deliverCut(wire: Wire, reply: Reply, cuts: readonly number[]): Promise<void> {
  const bytes = bytesOf(reply)
  wire.head(reply.status, reply.streams ? reply.headers : { ...reply.headers, 'content-length': String(bytes.length) })
  await writeParts(wire, cutBytes(bytes, cuts), 0)
  wire.end()
}

async function deliverWrongLength(wire: Wire, reply: Reply, difference: number): Promise<void> {
  const bytes = bytesOf(reply)
  wire.head(reply.status, { ...reply.headers, 'content-length': String(Math.max(0, bytes.length + difference)) })
  await wire.write(bytes)
  wire.destroy()
}

async function deliverError(
  wire: Wire,
  reply: Reply,
  at: { dialect: Dialect; after: number; status: number | undefined },
): Promise<void> {
  const failure = at.status === undefined ? FAILURE : { ...FAILURE, status: at.status, reason: reasonOf(at.status) }
  wire.head(200, reply.headers)
  if (reply.streams) {
    await wire.write(Buffer.concat([reply.preamble, ...reply.parts.slice(0, at.after)]))
    const event = at.dialect.errorEvent(failure)
    await wire.write(at.dialect.namedEvents ? namedEventBytes(event) : eventBytes(event))
  } else {
    await wire.write(jsonBytes(at.dialect.errorBody(failure)))
  }
  wire.end()
}

async function deliverHuge(wire: Wire, reply: Reply, of: { dialect: Dialect; bytes: number }): Promise<void> {
  wire.head(200, reply.headers)
  const [before, behind] = hugeAround(reply, of.dialect)
  await wire.write(Buffer.from(before))
  for (let left = of.bytes; left > 0; left -= BLOCK.length)
    await wire.write(BLOCK.subarray(0, Math.min(left, BLOCK.length)))
  await wire.write(Buffer.from(behind))
  wire.end()
}

function hugeAround(reply: Reply, { namedEvents }: Dialect): readonly [string, string] {
  if (namedEvents) {
    const event = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"text":"'
    return reply.streams ? [event, '"}}\n\n'] : ['{"type":"message","content":[{"type":"text","text":"', '"}]}']
  }
  return reply.streams
    ? ['data: {"choices":[{"index":0,"delta":{"content":"', '"},"finish_reason":null}]}\n\ndata: [DONE]\n\n']
    : ['{"choices":[{"index":0,"message":{"content":"', '"}}]}']
}

async function deliverEndless(wire: Wire, reply: Reply): Promise<void> {
  wire.head(200, reply.headers)
  const again = reply.streams ? Buffer.concat(reply.parts.slice(1, 2)) : Buffer.alloc(1024, ' ')
  if (reply.streams) await wire.write(Buffer.concat(reply.parts.slice(0, 1)))
  for (;;) await wire.write(again)
}

function statusReply(dialect: Dialect, fault: Extract<Fault, { kind: 'status' }>): Reply {
  const headers: Record<string, string> = {}
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds)
  const message = fault.message ?? `The simulated provider answers ${fault.status}.`
  return errorReply(dialect, { status: fault.status, reason: reasonOf(fault.status), message, param: null }, headers)
}

function reasonOf(status: number): ApiError['reason'] {
  if (status === 401) return 'authentication'
  if (status === 403) return 'permission'
  if (status === 404) return 'unknown-model'
  if (status === 413) return 'too-large'
  if (status === 429) return 'rate-limit'
  if (status === 503 || status === 529) return 'overloaded'
  return status >= 500 ? 'server' : 'invalid'
}

function malform(reply: Reply): Reply {
  const broken = Buffer.from(reply.streams ? 'data: {"choices":[{"index":0,\n\n' : '{"choices":[{"index":0,')
  return { ...reply, parts: reply.streams ? [...reply.parts.slice(0, 1), broken] : [broken] }
}

function hugeHeaders(bytes = HUGE_HEADERS_BYTES): Record<string, string> {
  const each = 1000
  const count = Math.ceil(bytes / each)
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-simulated-${index}`, 'x'.repeat(each)]))
}
