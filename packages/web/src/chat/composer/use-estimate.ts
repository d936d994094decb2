import { useDeferredValue, useMemo } from 'react'
import { useModels } from '../models.ts'
import { branchTo } from '../thread/tree.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import type { Draft } from './draft.ts'
import { estimateBranch, estimateText, expectAnswer } from './estimate.ts'
import { type Estimate, estimateNext } from './estimate-next.ts'

/** Estimates the next message of the open conversation, a moment behind whoever is typing. */
export function useEstimate(draft: Draft, chosen: readonly string[]): Estimate {
  const store = useThreadStore()
  const models = useModels()
  const written = useDeferredValue(draft)
  const shape = useThread(({ thread }) => thread.shape)
  const leaf = useThread(({ thread }) => thread.leaf)
  const revision = useThread(({ thread }) => thread.conversation.revision)
  const prompt = useThread(({ thread }) => thread.conversation.settings.system_prompt)
  // biome-ignore lint/correctness/useExhaustiveDependencies: shape and revision say when the branch is another one
  const around = useMemo(() => {
    const branch = branchTo(store.get().thread.messages, leaf).map(({ on }) => on)
    return {
      sent: estimateBranch(branch, prompt),
      system: estimateText(prompt),
      before: branch.length,
      output: expectAnswer(branch),
    }
  }, [store, shape, leaf, revision, prompt])
  return estimateNext(
    written,
    chosen.flatMap((id) => models.get(id) ?? []),
    around,
  )
}
