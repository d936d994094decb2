import { useMemo } from 'react'
import { branchTo } from './tree.ts'
import { useThread, useThreadStore } from './use-thread.ts'

/** A row of the thread by ids. What the messages say is none of its business: it stays the same while they grow. */
export type Row = {
  /** The same for an answer that is awaited and for the one that comes. */
  key: string
  role: 'user' | 'assistant' | 'tool'
  /** The message from which the branch goes on. */
  on: string
  /** All of a comparison; of others the one. */
  ids: string[]
  variants: string[]
  at: number
}

/** The branch that is shown, from the top. */
export function useRows(): Row[] {
  const store = useThreadStore()
  const shape = useThread(({ thread }) => thread.shape)
  const leaf = useThread(({ thread }) => thread.leaf)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says when the messages are others
  return useMemo(
    () =>
      branchTo(store.get().thread.messages, leaf).map(({ on, messages, variants, at }) => ({
        key: `${on.parent_id} ${at} ${on.role}`,
        role: on.role,
        on: on.id,
        ids: messages.map(({ id }) => id),
        variants: variants.map(({ id }) => id),
        at,
      })),
    [store, shape, leaf],
  )
}
