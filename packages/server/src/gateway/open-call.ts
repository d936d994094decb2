import { KeywayError } from '../base/errors.ts'
import { open } from '../router/open.ts'
import type { Opened } from '../router/sent.ts'
import { holdsOnDisk } from './admit.ts'
import type { Gateway } from './house.ts'
import { type Begun, send } from './send.ts'
import type { Story } from './story.ts'

/** A call whose answer has begun, or that came to nothing. */
export type OpenedCall = Opened<Begun>
export type BegunCall = Extract<OpenedCall, { ok: true }>
export type FailedCall = Extract<OpenedCall, { ok: false }>

/** Makes the planned attempts until one has a first event. Failure is a value: it must be settled like an answer. */
export async function openCall(story: Story, gateway: Gateway): Promise<OpenedCall> {
  const { limits, routing } = gateway
  if (gateway.ledger.doubtful()) {
    const durable = await holdsOnDisk(story.admission)
    if (!durable.ok) return { ok: false, cancelled: false, error: durable.error, tried: [] }
  }
  try {
    const opened = await open(
      story.plan.attempts,
      (attempt, signal) => send(story.outgoing, attempt, { signal, gateway }),
      {
        signal: story.call.cancellation,
        attemptsMax: limits.attempts,
        totalMs: limits.totalMs,
        clock: gateway.clock,
        random: routing.random,
        health: routing.health,
        budget: routing.budget,
      },
    )
    if (opened.ok) gateway.live.serve(story.call.id, opened.attempt.credential?.id)
    return opened
  } catch (cause) {
    const error =
      cause instanceof KeywayError
        ? cause
        : new KeywayError('internal', 'Something went wrong in Keyway itself.', { cause })
    return { ok: false, cancelled: false, error, tried: [] }
  }
}
