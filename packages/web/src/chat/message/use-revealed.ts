import { useEffect, useRef, useState } from 'react'

/** Between two pictures. Milliseconds: 30 a second read as flowing, and leave the page time for everything else. */
const PICTURE_MS = 32
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
    let frame = requestAnimationFrame(function draw(now) {
      const passed = now - last
      if (passed >= PICTURE_MS) {
        last = now
        setShown((before) => {
          const left = length.current - before
          return before + Math.min(left, Math.max(2, Math.ceil((left * passed) / CATCH_UP_MS)))
        })
      }
      frame = requestAnimationFrame(draw)
    })
    return () => cancelAnimationFrame(frame)
  }, [writing])
  if (!writing) return text
  // Never half of a character.
  const half = /[\ud800-\udbff]/.test(text[shown - 1] ?? '')
  return text.slice(0, half ? shown + 1 : shown)
}
