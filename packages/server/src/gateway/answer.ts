import { KeywayError } from '../base/errors.ts'
import { holdsOnDisk } from './admit.ts'
import { CLIENT_GONE, type Reply, type Sink } from './call.ts'
import { carry, type Ending } from './carry.ts'
import { checkpoints, fail, finish, sinceStart } from './close.ts'
import type { Gateway } from './house.ts'
import { type BegunCall, type FailedCall, type OpenedCall, openCall } from './open-call.ts'
import type { Begun } from './send.ts'
import type { Story } from './story.ts'
import { within } from './within.ts'

/** The whole answer, or the failure. @throws KeywayError */
export async function answerJson(story: Story, gateway: Gateway): Promise<Reply> {
  begin(story, gateway)
  const opened = await openCall(story, gateway)
  if (!opened.ok) throw fail(story, opened, gateway)
  const durable = await holdsOnDisk(story.admission)
  if (!durable.ok)
    throw fail(story, { ok: false, cancelled: false, error: durable.error, tried: opened.tried }, gateway)
  const { value } = opened
  if (value.kind !== 'json') throw new KeywayError('internal', 'A stream came for a call that asked for none.')
  finish(
    story,
    { opened, summary: value.summary, ending: { outcome: 'complete', error: undefined }, firstEventMs: null },
    gateway,
  )
  return { kind: 'json', headers: replyHeaders(story, opened), bytes: value.bytes }
}

/**
 * A stream. Its headers wait for the first event, so that a failure can still be a status; after `headersHoldMs` they
 * go out, and a failure becomes an event.
 */
export async function answerStream(story: Story, gateway: Gateway): Promise<Reply> {
  begin(story, gateway)
  const opening = openCall(story, gateway)
  const early = await within(opening, gateway.limits.headersHoldMs)
  if (early === 'late') {
    return {
      kind: 'stream',
      waiting: true,
      headers: clampHeader(story),
      run: async (sink) => runLate(story, { opened: await opening, sink }, gateway),
    }
  }
  if (!early.ok) throw fail(story, early, gateway)
  const durable = await holdsOnDisk(story.admission)
  if (!durable.ok) {
    discard(early.value)
    throw fail(story, { ok: false, cancelled: false, error: durable.error, tried: early.tried }, gateway)
  }
  return {
    kind: 'stream',
    waiting: false,
    headers: replyHeaders(story, early),
    run: (sink) => runStream(story, { opened: early, sink }, gateway),
  }
}

async function runLate(story: Story, of: { opened: OpenedCall; sink: Sink }, gateway: Gateway): Promise<void> {
  const { opened, sink } = of
  if (!opened.ok) return failInStream(story, { failed: opened, sink }, gateway)
  const durable = await holdsOnDisk(story.admission)
  if (durable.ok) return runStream(story, { opened, sink }, gateway)
  discard(opened.value)
  failInStream(
    story,
    { failed: { ok: false, cancelled: false, error: durable.error, tried: opened.tried }, sink },
    gateway,
  )
}

function failInStream(story: Story, of: { failed: FailedCall; sink: Sink }, gateway: Gateway): void {
  const error = fail(story, of.failed, gateway)
  if (error.cause !== CLIENT_GONE) of.sink.write(errorEvent(story, error, { gateway }))
}

async function runStream(story: Story, of: { opened: BegunCall; sink: Sink }, gateway: Gateway): Promise<void> {
  const { opened, sink } = of
  const { value } = opened
  if (value.kind !== 'stream') throw new KeywayError('internal', 'A whole answer came for a stream.')
  const firstEventMs = sinceStart(story.call, gateway)
  const { summary } = value.stream.editor
  let settled = false
  const settleOnce = (ending: Ending) => {
    if (settled) return
    settled = true
    finish(story, { opened, summary, ending, firstEventMs }, gateway)
  }
  const ending = await carry(value.stream, sink, {
    signal: story.call.cancellation,
    passed: checkpoints(story, opened.attempt, gateway),
    complete: () => settleOnce({ outcome: 'complete', error: undefined }),
    errorEvent: (error) => errorEvent(story, error, { gateway, sequenceNumber: value.stream.editor.sequenceNumber }),
    provider: opened.attempt.provider.name,
  })
  settleOnce(ending)
}

/** A hold that could not be written must be heard of even when no provider answers and nobody waits for it. */
function begin(story: Story, gateway: Gateway): void {
  const { durable, callId } = story.admission.hold
  durable.catch((error: unknown) => gateway.ledger.noteFailure(callId, error))
}

function discard(begun: Begun): void {
  if (begun.kind === 'stream') begun.stream.destroy()
}

function errorEvent(
  story: Story,
  error: KeywayError,
  { gateway, sequenceNumber }: { gateway: Gateway; sequenceNumber?: number | undefined },
): Uint8Array {
  const created = Math.floor(story.call.at / 1000)
  return story.call.codec.errorEvent(gateway.errorOf(error), {
    id: story.call.id,
    model: story.draft.model,
    provider: story.draft.provider,
    created,
    sequenceNumber,
  })
}

function replyHeaders(story: Story, opened: BegunCall): Record<string, string> {
  return { ...clampHeader(story), 'x-keyway-served-by': opened.attempt.credential?.reach ?? 'own' }
}

/** The reply says so when its answer was cut to what the cap affords. */
function clampHeader({ admission }: Story): Record<string, string> {
  return admission.clamped ? { 'x-keyway-output-clamped': String(admission.outputTokensMax) } : {}
}
