import { KeywayError } from '../base/errors.ts'
import type { Nano } from '../base/money.ts'
import type { Attempt } from '../router/attempt.ts'
import type { AttemptRecord } from '../store/records.ts'
import type { ReplySummary, UsageReading } from '../wire/codec.ts'
import { completeUsage } from '../wire/estimate-usage.ts'
import { type Call, CLIENT_GONE } from './call.ts'
import type { Ending } from './carry.ts'
import { estimateUsage } from './estimate.ts'
import { explain } from './explain.ts'
import type { Gateway } from './house.ts'
import type { BegunCall, FailedCall } from './open-call.ts'
import { type Priced, priceReading } from './price.ts'
import { settlement } from './settle.ts'
import type { Story } from './story.ts'

/** nginx's status for a client that left before the end; the log and the ledger know it, no client sees it. */
const CLIENT_CLOSED = 499

/** A hold's streamed share is noted at most this often. Milliseconds. */
const CHECKPOINT_MS = 1_000

/** Settles a call that came to nothing, and gives the error for the client. */
export function fail(story: Story, failed: FailedCall, gateway: Gateway): KeywayError {
  const gone = failed.cancelled && failed.reason === CLIENT_GONE
  const error = errorOf(failed)
  // Attempts repeat and are skipped, so their number says nothing of their place in the plan.
  const last = failed.tried.at(-1)
  const attempt = story.plan.attempts.find(({ endpoint }) => endpoint.id === last?.endpoint)
  const status = gone ? CLIENT_CLOSED : error.status
  const shown = gone ? null : error
  // A provider that was cut off while it worked bills the prompt at least; one that refused bills nothing.
  const cutOff = attempt !== undefined && last?.outcome === 'cancelled'
  const usage = estimateUsage(cutOff ? { asked: story.peek, attempt } : undefined, 0)
  if (attempt === undefined) {
    gateway.ledger.release(story.call.id)
    conclude(story, { status, firstEventMs: null, retries: 0, usage, amount: 0n, error: shown }, gateway)
    return error
  }
  const priced = priceReading(usage, attempt, story.outgoing.facts)
  const { tried } = failed
  settleWith(
    story,
    { attempt, priced, usage, summary: undefined, tried, cancelled: gone, firstEventMs: null, error: shown, status },
    gateway,
  )
  return error
}

function errorOf(failed: FailedCall): KeywayError {
  if (!failed.cancelled) return failed.error
  if (failed.reason instanceof KeywayError) return failed.reason
  return new KeywayError('internal', 'The client left before an answer came.', { cause: CLIENT_GONE })
}

/** Settles a call that answered, wholly or in part. */
export function finish(
  story: Story,
  of: { opened: BegunCall; summary: ReplySummary; ending: Ending; firstEventMs: number | null },
  gateway: Gateway,
): void {
  const { opened, summary, ending } = of
  const { context } = opened.value
  const prompt = { asked: story.peek, attempt: opened.attempt }
  const { begun, answerBytes } = summary
  const soFar = begun === undefined ? estimateUsage(prompt, answerBytes) : completeUsage(begun, answerBytes)
  const usage = context.reading ?? soFar
  const priced = context.priced ?? priceReading(usage, opened.attempt, story.outgoing.facts)
  if (summary.sealed !== undefined) {
    const { provider, credential } = opened.attempt
    const home = { provider: provider.id, credentialId: credential?.id ?? null }
    gateway.seals.remember(story.call.caller.key.workspaceId, summary.sealed, home)
  }
  if (priced.concern !== undefined) gateway.concern(priced.concern, story.call.id)
  const cancelled = ending.outcome === 'cancelled'
  const tried = ending.outcome === 'complete' ? opened.tried : withLastOutcome(opened.tried, ending.outcome)
  settleWith(
    story,
    {
      attempt: opened.attempt,
      priced,
      usage,
      summary,
      tried,
      cancelled,
      firstEventMs: of.firstEventMs,
      error: ending.error ?? null,
      status: cancelled ? CLIENT_CLOSED : 200,
    },
    gateway,
  )
}

type Closing = {
  attempt: Attempt
  priced: Priced
  usage: UsageReading
  summary: ReplySummary | undefined
  tried: AttemptRecord[]
  cancelled: boolean
  firstEventMs: number | null
  error: KeywayError | null
  status: number
}

function settleWith(story: Story, closing: Closing, gateway: Gateway): void {
  const { call } = story
  const { attempt, priced, usage } = closing
  const receipt = {
    ...closing,
    draft: { ...story.draft, model: attempt.model.id, provider: attempt.provider.name },
    priceVersion: attempt.endpoint.prices?.version ?? 'none',
    attempts: closing.tried,
    explanation: explain(story.plan),
    latencyMs: sinceStart(call, gateway),
    error: closing.error === null ? null : `${closing.error.code}: ${closing.error.message}`.slice(0, 500),
  }
  gateway.ledger.settle(settlement(call, receipt))
  conclude(
    story,
    {
      status: closing.status,
      firstEventMs: closing.firstEventMs,
      retries: closing.tried.length - 1,
      usage,
      amount: priced.amount,
      error: closing.error,
      attempt,
    },
    gateway,
  )
}

function conclude(
  story: Story,
  of: {
    status: number
    firstEventMs: number | null
    retries: number
    usage: UsageReading
    amount: Nano
    error: KeywayError | null
    attempt?: Attempt
  },
  gateway: Gateway,
): void {
  const { call, draft } = story
  gateway.live.remove(call.id)
  gateway.observe({
    id: call.id,
    requestId: call.attribution.requestId,
    at: call.at,
    keyHash: call.caller.key.hash,
    model: of.attempt?.model.id ?? draft.model,
    provider: of.attempt?.provider.id ?? draft.provider,
    streamed: draft.streamed,
    status: of.status,
    latencyMs: sinceStart(call, gateway),
    firstEventMs: of.firstEventMs,
    retries: Math.max(0, of.retries),
    tokensPrompt: of.usage.tokensPrompt,
    tokensCompletion: of.usage.tokensCompletion,
    amount: of.amount,
    error: of.error === null ? null : of.error.code,
  })
}

/** Tells the store, at most once a second, what the streamed part of the answer is worth. */
export function checkpoints(story: Story, attempt: Attempt, gateway: Gateway): (answerBytes: number) => void {
  let last = gateway.clock.monotonic()
  return (answerBytes) => {
    const now = gateway.clock.monotonic()
    if (now - last < CHECKPOINT_MS) return
    last = now
    const streamed = estimateUsage(undefined, answerBytes)
    gateway.store.checkpoint(story.call.id, priceReading(streamed, attempt, story.outgoing.facts).amount)
  }
}

function withLastOutcome(tried: AttemptRecord[], outcome: 'cancelled' | 'broken'): AttemptRecord[] {
  return tried.map((attempt, i) => (i === tried.length - 1 ? { ...attempt, outcome } : attempt))
}

export function sinceStart(call: Call, gateway: Gateway): number {
  return Math.round(gateway.clock.monotonic() - call.startedMs)
}
