import { useCallback, useEffect, useState } from 'react'

const CHOICE = 'keyway.sidebar'

/** Whether the sidebar is shown in full, kept in this browser. Ctrl+B or Cmd+B goes from one to the other. */
export function useSidebar(): { shown: boolean; toggle: () => void } {
  const [shown, setShown] = useState(() => localStorage.getItem(CHOICE) !== 'rail')
  const toggle = useCallback(() => {
    setShown((before) => {
      if (before) localStorage.setItem(CHOICE, 'rail')
      else localStorage.removeItem(CHOICE)
      return !before
    })
  }, [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.shiftKey || event.altKey) return
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'b') return
      event.preventDefault()
      toggle()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [toggle])
  return { shown, toggle }
}
