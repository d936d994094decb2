import { useEffect } from 'react'

/** Less is a browser's bar, not a keyboard. Pixels. */
const KEYBOARD_MIN_PX = 120

/**
 * Keeps the composer above a phone's keyboard. Where the browser does not make the page smaller by itself (iOS), the page
 * gets the height that is really seen as `--seen`.
 */
export function useKeyboardInset(): void {
  useEffect(() => {
    const seen = window.visualViewport
    if (seen === null) return
    const root = document.documentElement
    const fit = () => {
      const covered = window.innerHeight - seen.height * seen.scale
      if (covered > KEYBOARD_MIN_PX) {
        root.style.setProperty('--seen', `${seen.height}px`)
        window.scrollTo(0, 0)
      } else {
        root.style.removeProperty('--seen')
      }
    }
    seen.addEventListener('resize', fit)
    return () => {
      seen.removeEventListener('resize', fit)
      root.style.removeProperty('--seen')
    }
  }, [])
}
