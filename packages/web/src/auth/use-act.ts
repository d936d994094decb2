import { useState } from 'react'

/** Something that a press begins: whether it is under way, and what went wrong the last time. */
export function useAct(): {
  busy: boolean
  error: unknown
  run(act: () => Promise<unknown>): void
  clear(): void
} {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: (act) => {
      if (busy) return
      setBusy(true)
      setError(undefined)
      act()
        .catch(setError)
        .finally(() => setBusy(false))
    },
  }
}
