import { type RefObject, useEffect } from 'react'
import { sayFailure, showBranch } from './acts.ts'
import { useThread, useThreadStore } from './use-thread.ts'

/** How long it stays marked. Milliseconds. */
const MARKED_MS = 2_400

/** Brings a message into view that was looked for: its branch is shown, and it is marked for a moment. */
export function useFound(
  id: string | undefined,
  {
    scroller,
    hold,
    whole,
  }: { scroller: RefObject<HTMLElement | null>; hold: (holds: boolean) => void; whole: boolean },
): void {
  const store = useThreadStore()
  const leaf = useThread(({ thread }) => thread.leaf)
  const there = useThread(({ thread }) => id !== undefined && thread.messages.has(id))
  useEffect(() => {
    if (id === undefined || !there || onBranch(scroller.current, id) !== null) return
    if (whole) showBranch(store, id).catch(sayFailure)
  }, [id, there, whole, store, scroller])
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another branch it may be there
  useEffect(() => {
    const row = id === undefined || !whole ? null : onBranch(scroller.current, id)
    if (row === null) return
    hold(false)
    row.scrollIntoView({ block: 'center' })
    row.dataset['found'] = 'true'
    const timer = setTimeout(() => delete row.dataset['found'], MARKED_MS)
    return () => clearTimeout(timer)
  }, [id, whole, leaf, scroller, hold])
}

function onBranch(scroller: HTMLElement | null, id: string): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) ?? null
}
