import { useMemo } from 'react'
import { type Row, rowsOf } from './rows.ts'
import { useThread, useThreadStore } from './use-thread.ts'

/** The branch that is shown, from the top. */
export function useRows(): Row[] {
  const store = useThreadStore()
  const shape = useThread(({ thread }) => thread.shape)
  const leaf = useThread(({ thread }) => thread.leaf)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says when the messages are others
  return useMemo(() => rowsOf(store.get().thread.messages, leaf), [store, shape, leaf])
}
