import { useCallback, useEffect, useRef } from 'react'

/** How long after the page came to the front a press does not count yet. Milliseconds. */
const ARMING_MS = 500

/**
 * Whether a press counts as meant: false for half a second after the page appears, gets the focus, or changes its size.
 * Another page can open this one under a moving pointer, so that a double click that began there ends here.
 * Asked at the press, not drawn: the end of a press can come before the page is drawn anew.
 */
export function useArmed(): () => boolean {
  const since = useRef(Number.POSITIVE_INFINITY)
  useEffect(() => {
    const arm = () => {
      since.current = performance.now()
    }
    arm()
    window.addEventListener('focus', arm)
    window.addEventListener('resize', arm)
    document.addEventListener('visibilitychange', arm)
    return () => {
      window.removeEventListener('focus', arm)
      window.removeEventListener('resize', arm)
      document.removeEventListener('visibilitychange', arm)
    }
  }, [])
  return useCallback(() => document.visibilityState === 'visible' && performance.now() - since.current >= ARMING_MS, [])
}
