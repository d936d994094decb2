import type { ChatEvent, MessageStatus } from '@keyway/contract'
import { Cancellation } from '../base/cancellation.ts'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { generationId } from '../base/ids.ts'
import { type Call, CLIENT_GONE, type Sink } from '../gateway/call.ts'
import type { Gateway } from '../gateway/house.ts'
import { relay } from '../gateway/relay.ts'
import type { AnswerEnd, MessageRecord, Whose } from '../store/chat-records.ts'
import type { ChatStore } from '../store/chat-store.ts'
import type { Settlement } from '../store/records.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import { AnswerParts } from './answer-parts.ts'
import { failureOf, figuresOf } from './figures.ts'
import type { Notes } from './notes.ts'
import { readStream } from './read-stream.ts'
import { conversationView, messageView } from './view.ts'
import type { WatchHub } from './watch.ts'

/** Events of one run are gathered for so long: 30 a second are as smooth as anybody can read. Milliseconds. */
const FLUSH_MS = 33
/** When an end that could not be written is tried again, after the failure before. Milliseconds. */
const RETRY_MS = [200, 1_000, 5_000] as const

export type RunDeps = {
  gateway: Gateway
  store: Pick<ChatStore, 'endAnswer'>
  clock: Clock
  hub: WatchHub
  notes: Notes
  /** Bytes. */
  answerBytes: number
  /** Keeps a picture that came as a data URL. @returns the part in its place */
  keepPicture(whose: Whose, url: string): Promise<MessageRecord['parts'][number]>
  report(error: unknown): void
}

/** An answer to be written: its row as it was inserted, and the call for it. */
export type RunOrder = {
  whose: Whose
  message: MessageRecord
  request: Pick<Call, 'caller' | 'body' | 'attribution' | 'stay'>
}

/** How a run came out, for whoever counts messages. */
export type RunEnd = {
  status: Exclude<MessageStatus, 'streaming'>
  came: 'something' | 'nothing'
  settled: Settlement | undefined
}

/** One answer that is being written. It goes on whoever watches, until it ends or is stopped. */
export type Run = {
  readonly whose: Whose
  readonly conversationId: string
  readonly messageId: string
  /** What stands now, with all that was told of it before; undefined once its end was told. */
  snapshot(): ChatEvent | undefined
  /** Ends the call; what came is kept and charged. */
  stop(): void
  /** Resolves when its end is stored and told. Never rejects. */
  readonly ended: Promise<RunEnd>
}

/** Begins a run: one call through the gateway, like any other call. */
export function beginRun(order: RunOrder, deps: RunDeps): Run {
  const { whose, message } = order
  const { conversationId, id: messageId } = message
  const { clock, hub, notes } = deps
  const parts = new AnswerParts(message.parts)
  const reader = readStream(parts, { eventBytesMax: deps.gateway.limits.eventBytes })
  const cancellation = new Cancellation()
  const callId = generationId(clock.now())
  const pictures: Promise<void>[] = []
  let offset = 0
  let stopped = false
  let over = false
  let flushedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let settled: Settlement | undefined

  const record = (): MessageRecord => ({ ...message, parts: parts.copy(), generationId: callId })
  const progress = () => {
    // What is stored and how many changes are in it belong together.
    flush()
    return { userId: whose.userId, messageId, parts: parts.copy(), offset, generationId: callId }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    flushedAt = clock.monotonic()
    for (const change of parts.takeChanges()) {
      offset++
      hub.publish(whose, conversationId, { ...change, message_id: messageId, offset })
    }
  }

  function changed(): void {
    if (!parts.hasChanges) return
    notes.changed(messageId, progress)
    const waitMs = FLUSH_MS - (clock.monotonic() - flushedAt)
    if (waitMs <= 0) flush()
    else timer ??= setTimeout(flush, waitMs)
  }

  const sink: Sink = {
    write(bytes) {
      try {
        reader.push(bytes, clock.monotonic())
      } catch (error) {
        // The gateway's story ends with the signal; what is thrown at it here would be a bug of its own.
        cancellation.abort(error)
      }
      for (const { index, url } of parts.takePictures()) pictures.push(keep(index, url))
      if (parts.bytes > deps.answerBytes) {
        const why = `The answer is longer than the ${deps.answerBytes} bytes that are kept of one.`
        cancellation.abort(new KeywayError('provider_invalid_reply', why))
      }
      changed()
      return true
    },
    // Memory is as fast as any provider.
    drained: () => Promise.resolve(),
  }

  /** A picture that cannot be kept leaves the answer its words. */
  async function keep(index: number, url: string): Promise<void> {
    try {
      parts.replace(index, await deps.keepPicture(whose, url))
    } catch (error) {
      const code = error instanceof KeywayError ? error.code : 'internal'
      parts.replace(index, { kind: 'unknown', source: 'images', value: { type: 'image', not_kept: code } })
      if (code === 'internal') deps.report(error)
    }
    changed()
  }

  /** The call, as the gateway has it: its settlement is what the ledger holds of it. */
  async function call(): Promise<KeywayError | undefined> {
    const { gateway } = deps
    const { ledger } = gateway
    const settle = (settlement: Settlement) => {
      settled = settlement
      ledger.settle(settlement)
    }
    const at = clock.now()
    const made: Call = {
      id: callId,
      at,
      startedMs: clock.monotonic(),
      codec: openaiChat,
      headers: {},
      ...order.request,
      cancellation,
    }
    try {
      const reply = await relay(made, { ...gateway, ledger: { ...ledger, settle } })
      if (reply.kind !== 'stream') throw new KeywayError('internal', 'A whole answer came for a stream.')
      await reply.run(sink)
      return undefined
    } catch (cause) {
      if (cause instanceof KeywayError && cause.code !== 'internal') return cause
      if (cause instanceof KeywayError && cause.cause === CLIENT_GONE) return undefined
      deps.report(cause instanceof KeywayError ? (cause.cause ?? cause) : cause)
      return cause instanceof KeywayError
        ? cause
        : new KeywayError('internal', 'Something went wrong in Keyway itself.')
    }
  }

  function endOf(thrown: KeywayError | undefined): AnswerEnd {
    const error = thrown === undefined ? reader.error : deps.gateway.errorOf(thrown)
    const failure = error === undefined ? null : failureOf(error)
    const whole = settled !== undefined && !settled.generation.cancelled
    const calm = stopped && !whole ? 'stopped' : 'done'
    return {
      // The stop of the server itself is no failure of anybody's.
      status: failure === null ? calm : failure.code === 'draining' ? 'interrupted' : 'failed',
      parts: parts.copy(),
      generationId: callId,
      figures: settled === undefined ? null : figuresOf(settled),
      cost: settled?.amount ?? 0n,
      failure,
      at: clock.now(),
    }
  }

  async function write(): Promise<RunEnd> {
    // The call's id is known to the store before anything can be charged for long.
    notes.changed(messageId, progress)
    const thrown = await call()
    await Promise.allSettled(pictures)
    notes.forget(messageId)
    flush()
    const end = endOf(thrown)
    const stored = await store(end)
    over = true
    if (stored !== undefined) {
      const view = { message: messageView(stored.message), conversation: conversationView(stored.conversation) }
      hub.publish(whose, conversationId, { type: 'ended', ...view })
    }
    const came = parts.bytes > 0 || pictures.length > 0 ? 'something' : 'nothing'
    return { status: end.status, came, settled }
  }

  async function store(end: AnswerEnd): Promise<Awaited<ReturnType<ChatStore['endAnswer']>>> {
    for (let tries = 0; ; tries++) {
      try {
        return await deps.store.endAnswer(whose, messageId, end)
      } catch (error) {
        deps.report(error)
        const waitMs = RETRY_MS[tries]
        // The next start finds it, and marks it as interrupted.
        if (waitMs === undefined) return undefined
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  return {
    whose,
    conversationId,
    messageId,
    snapshot() {
      if (over) return undefined
      flush()
      return { type: 'snapshot', message: messageView(record()), offset }
    },
    stop() {
      stopped = true
      cancellation.abort(CLIENT_GONE)
    },
    ended: write(),
  }
}
