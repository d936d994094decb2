import { useEffect, useRef } from 'react'

/** Typesetting is loaded with the first formula. */
const loadKatex = () => import('./katex.ts')

/** A formula. Until the typesetting is there, and where it makes no sense, its source is shown. */
export function Formula({ text, display }: { text: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    let left = false
    void loadKatex().then(({ typeset }) => {
      if (!left && place.current !== null) typeset(text, place.current, display ? 'display' : 'inline')
    })
    return () => {
      left = true
    }
  }, [text, display])
  return (
    // Typesetting takes the place of what is inside: another text is another element.
    <span key={text} className={display ? 'formula-display' : undefined}>
      <span ref={place}>{text}</span>
    </span>
  )
}
