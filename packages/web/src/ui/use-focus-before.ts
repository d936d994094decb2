import { useCallback, useState } from 'react'

/**
 * Where the focus was before a window opened, to go back there when it closes. It is asked for while the window is
 * rendered first: a field in it that takes the focus by itself has it before anybody else looks.
 * @returns null where that is gone, as an item of a menu
 */
export function useFocusBefore(): () => HTMLElement | null {
  const [before] = useState(() => document.activeElement)
  return useCallback(
    () => (before instanceof HTMLElement && before !== document.body && before.isConnected ? before : null),
    [before],
  )
}
