import type { ModelItem } from '@keyway/contract'
import type { Draft } from './draft.ts'
import { addUsd, costOf, estimateParts } from './estimate.ts'
import { partsOf } from './parts-of.ts'

/** What the next message will be, about. */
export type Estimate = {
  /** Tokens. */
  input: number
  /** Of them the message itself, with the system prompt. Tokens. */
  alone: number
  /** How many messages come before it. */
  before: number
  /** The smallest context of the models that are asked; undefined where none is known. Tokens. */
  room: number | undefined
  /** US dollars; undefined where a price is not known. */
  costUsd: string | undefined
}

/** What goes out with a message, and what is expected back. Tokens. */
type Around = { sent: number; system: number; before: number; output: number }

/** Estimates a message. @param asked the models that it goes to */
export function estimateNext(draft: Draft, asked: readonly ModelItem[], around: Around): Estimate {
  const { sent, system, before, output } = around
  const message = estimateParts(partsOf(draft))
  const input = sent + message
  const costs = asked.map((model) => costOf(model, { input, output }))
  const known = costs.filter((cost) => cost !== undefined)
  const rooms = asked.flatMap(({ context_length }) => context_length ?? [])
  return {
    input,
    alone: message + system,
    before,
    room: rooms.length === 0 ? undefined : Math.min(...rooms),
    costUsd: known.length === asked.length && asked.length > 0 ? addUsd(known) : undefined,
  }
}
