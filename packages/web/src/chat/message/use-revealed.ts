import { useEffect, useRef, useState } from 'react'

/** Between two pictures. Milliseconds: 20 a second read as flowing, and leave the page time for everything else. */
const PICTURE_MS = 50
/** What came is written out within about this time, so that the pen never falls behind. Milliseconds. */
const CATCH_UP_MS = 220

/**
 * A growing text as a pen writes it: pieces come in bursts, letters flow. What is there at the beginning is shown at once.
 */
export function useRevealed(text: string): string {
  const [shown, setShown] = useState(text.length)
  const length = useRef(text.length)
  length.current = text.length
  const writing = shown < text.length
  useEffect(() => {
    if (!writing) return
    if (matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden) {
      setShown(length.current)
      return
    }
    let last = performance.now()
    // A timer, not the browser's own beat: each beat is a picture that the browser makes, also where nothing is new.
    const pen = setInterval(() => {
      const now = performance.now()
      const passed = now - last
      last = now
      setShown((before) => {
        const left = length.current - before
        return before + Math.min(left, Math.max(2, Math.ceil((left * passed) / CATCH_UP_MS)))
      })
    }, PICTURE_MS)
    return () => clearInterval(pen)
  }, [writing])
  if (!writing) return text
  // Never half of a character.
  const half = /[\ud800-\udbff]/.test(text[shown - 1] ?? '')
  return text.slice(0, half ? shown + 1 : shown)
}
