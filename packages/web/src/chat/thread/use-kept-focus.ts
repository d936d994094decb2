import { type RefObject, useEffect, useRef } from 'react'

/**
 * Keeps the focus in the transcript where the button that had it goes, as with an answer that is asked for again: nobody
 * who goes by keyboard has to begin at the top of the page.
 * @param rows others when a row comes or goes
 */
export function useKeptFocus(transcript: RefObject<HTMLElement | null>, rows: unknown): void {
  const last = useRef<EventTarget>(null)
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      last.current = target
    }
    document.addEventListener('focusin', onFocus)
    return () => document.removeEventListener('focusin', onFocus)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    const gone = last.current instanceof Element && !last.current.isConnected
    if (gone && document.activeElement === document.body) transcript.current?.focus({ preventScroll: true })
  }, [transcript, rows])
}
