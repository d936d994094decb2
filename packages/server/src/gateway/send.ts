import type { CancelSignal } from '../base/cancellation.ts'
import { KeywayError } from '../base/errors.ts'
import type { OutboundResponse } from '../net/request.ts'
import type { Attempt } from '../router/attempt.ts'
import type { Sent } from '../router/sent.ts'
import type { Codec, ReplySummary, StreamStep } from '../wire/codec.ts'
import { ask } from './ask.ts'
import type { Call } from './call.ts'
import type { OpenStream } from './carry.ts'
import { doorOf } from './door.ts'
import type { Gateway } from './house.ts'
import { readBody, readStart } from './read-body.ts'
import { type PricingContext, type PricingFacts, pricingContext } from './reply-context.ts'

/** Of an error body, the beginning is enough. Bytes. */
const ERROR_BYTES_MAX = 16 * 1024

/** An answer that has begun: the whole of a JSON one, or a stream past its first event. */
export type Begun = { context: PricingContext; status: number } & (
  | { kind: 'json'; bytes: Uint8Array; summary: ReplySummary }
  | { kind: 'stream'; stream: OpenStream }
)

/** What all attempts of a call share. */
export type Outgoing = {
  call: Call
  stream: boolean
  /** Bytes to send for a model's native id; the same for the same provider row. */
  bodyFor(attempt: Attempt): Uint8Array
  facts: PricingFacts
}

/**
 * One try: composes the request, opens the credential last, and waits for the first event (or the whole of a JSON
 * answer). A 200 whose first event is an error is a refusal like any other.
 * @throws KeywayError what `net` throws, and provider_invalid_reply
 */
export async function send(
  outgoing: Outgoing,
  attempt: Attempt,
  of: { signal: CancelSignal; gateway: Gateway },
): Promise<Sent<Begun>> {
  const { gateway, signal } = of
  const { provider } = attempt
  const { call } = outgoing
  const { codec } = call
  const { path } = doorOf(attempt, codec.id)
  const body = outgoing.bodyFor(attempt)
  const { response, blank } = await ask(call, attempt, { path, body, signal, gateway })
  if (response.status !== 200) {
    const start = await readStart(response.body, ERROR_BYTES_MAX)
    return {
      kind: 'refused',
      error: blank(codec.readError(response.status, start)),
      retryAfter: response.headers['retry-after'],
    }
  }
  const context = pricingContext(call, attempt, outgoing.facts)
  const isStream = response.headers['content-type']?.includes('text/event-stream') ?? false
  if (outgoing.stream && isStream) return beginStream(response, context, { codec, blank })
  const bytes = await readBody(response.body, gateway.limits.replyBytes)
  const reply = codec.reply(bytes, context)
  if (reply.error) return { kind: 'refused', error: blank(reply.error), retryAfter: response.headers['retry-after'] }
  if (outgoing.stream)
    throw new KeywayError(
      'provider_invalid_reply',
      `${provider.name} answered without a stream, though one was asked for.`,
    )
  return { kind: 'begun', value: { kind: 'json', status: 200, bytes: reply.bytes, summary: reply.summary, context } }
}

async function beginStream(
  response: OutboundResponse,
  context: PricingContext,
  { codec, blank }: { codec: Codec; blank: OpenStream['blank'] },
): Promise<Sent<Begun>> {
  const editor = codec.stream(context)
  const body = response.body[Symbol.asyncIterator]()
  const gathered: Uint8Array[] = []
  let begun = false
  try {
    for (;;) {
      const next = await body.next()
      let step: StreamStep
      if (next.done) {
        const last = editor.end()
        if (!last.complete)
          throw new KeywayError('provider_invalid_reply', 'The provider closed the stream before an answer came.')
        step = { ...last.step, ended: true }
      } else {
        step = editor.push(next.value)
      }
      if (step.error && !step.started) return { kind: 'refused', error: blank(step.error), retryAfter: undefined }
      if (step.bytes.length > 0) gathered.push(step.bytes)
      if (!step.started && !step.ended) continue
      begun = true
      const all = gathered.length === 1 && gathered[0] ? gathered[0] : Buffer.concat(gathered)
      const stream: OpenStream = {
        editor,
        body,
        destroy: () => response.body.destroy(),
        blank,
        first: { bytes: all, ended: step.ended, error: step.error },
      }
      return { kind: 'begun', value: { kind: 'stream', status: 200, stream, context } }
    }
  } finally {
    if (!begun) response.body.destroy()
  }
}
