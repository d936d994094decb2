import { startTransition, useEffect, useState } from 'react'

/** Rows that are there at once: more than a screen. */
const FIRST = 16
/** Rows that are added in one go: a few milliseconds' worth. */
const MORE = 8

/** How many rows of a long thread are there: the last ones at once, the others while nobody waits for anything. */
export function useGradually(count: number): number {
  const [shown, setShown] = useState(FIRST)
  useEffect(() => {
    if (shown >= count) return
    const timer = setTimeout(() => startTransition(() => setShown((before) => before + MORE)), 30)
    return () => clearTimeout(timer)
  }, [shown, count])
  return Math.min(shown, count)
}
