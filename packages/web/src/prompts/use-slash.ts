import { type RefObject, useCallback, useRef, useState } from 'react'
import { findSlash, type Slash } from './find-slash.ts'

/** Whether somebody is typing a prompt's name into a field. Call `note` whenever text or caret may have changed. */
export function useSlash(field: RefObject<HTMLTextAreaElement | null>): {
  slash: Slash | undefined
  note: () => void
  /** Not this one: it stays closed while the same slash is typed after. */
  close: () => void
} {
  const [slash, setSlash] = useState<Slash>()
  const closed = useRef<number>(undefined)
  const note = useCallback(() => {
    const { value, selectionStart, selectionEnd } = field.current ?? { value: '', selectionStart: 0, selectionEnd: 0 }
    const found = selectionStart === selectionEnd ? findSlash(value, selectionStart) : undefined
    if (found === undefined || found.from !== closed.current) closed.current = undefined
    const shown = closed.current === undefined ? found : undefined
    setSlash((before) => (before?.from === shown?.from && before?.slug === shown?.slug ? before : shown))
  }, [field])
  const close = useCallback(() => {
    setSlash((before) => {
      closed.current = before?.from
      return undefined
    })
  }, [])
  return { slash, note, close }
}
