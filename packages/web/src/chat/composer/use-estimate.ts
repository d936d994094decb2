import { useDeferredValue, useMemo } from 'react'
import { useModels } from '../models.ts'
import { branchTo } from '../thread/tree.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import type { Draft } from './draft.ts'
import { addUsd, costOf, estimateBranch, estimateParts, estimateText, expectAnswer } from './estimate.ts'
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

/** Estimates the next message of the open conversation, a moment behind whoever is typing. */
export function useEstimate(draft: Draft, chosen: readonly string[]): Estimate {
  const store = useThreadStore()
  const models = useModels()
  const written = useDeferredValue(draft)
  const shape = useThread(({ thread }) => thread.shape)
  const leaf = useThread(({ thread }) => thread.leaf)
  const revision = useThread(({ thread }) => thread.conversation.revision)
  const system = useThread(({ thread }) => thread.conversation.settings.system_prompt)
  // biome-ignore lint/correctness/useExhaustiveDependencies: shape and revision say when the branch is another one
  const { sent, before, output } = useMemo(() => {
    const branch = branchTo(store.get().thread.messages, leaf).map(({ on }) => on)
    return { sent: estimateBranch(branch, system), before: branch.length, output: expectAnswer(branch) }
  }, [store, shape, leaf, revision, system])
  const message = estimateParts(partsOf(written))
  const input = sent + message
  const asked = chosen.flatMap((id) => models.get(id) ?? [])
  const costs = asked.map((model) => costOf(model, { input, output }))
  const known = costs.filter((cost) => cost !== undefined)
  const rooms = asked.flatMap(({ context_length }) => context_length ?? [])
  return {
    input,
    alone: message + estimateText(system),
    before,
    room: rooms.length === 0 ? undefined : Math.min(...rooms),
    costUsd: known.length === asked.length && asked.length > 0 ? addUsd(known) : undefined,
  }
}
