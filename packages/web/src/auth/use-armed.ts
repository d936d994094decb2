import { useEffect, useState } from 'react'

/** How long after the page came to the front a press does not count yet. Milliseconds. */
const ARMING_MS = 500

/**
 * Whether a press counts as meant: false for half a second after the page appears, gets the focus, or changes its size.
 * Another page can open this one under a moving pointer, so that a double click that began there ends here.
 */
export function useArmed(): boolean {
  const [armed, setArmed] = useState(false)
  useEffect(() => {
    let timer = 0
    const arm = () => {
      setArmed(false)
      clearTimeout(timer)
      timer = window.setTimeout(() => setArmed(document.visibilityState === 'visible'), ARMING_MS)
    }
    arm()
    window.addEventListener('focus', arm)
    window.addEventListener('resize', arm)
    document.addEventListener('visibilitychange', arm)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', arm)
      window.removeEventListener('resize', arm)
      document.removeEventListener('visibilitychange', arm)
    }
  }, [])
  return armed
}
