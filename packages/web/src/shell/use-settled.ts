import { useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** Has the first page been shown? What can wait for that asks this. */
export function useSettled(): boolean {
  const idle = useRouterState({ select: ({ status }) => status === 'idle' })
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    if (!idle || settled) return
    // After the paint that this render leads to.
    const timer = setTimeout(() => setSettled(true), 0)
    return () => clearTimeout(timer)
  }, [idle, settled])
  return settled
}
