import type { KeyboardEvent } from 'react'

/** The key code that browsers give while a word is being composed (Japanese, Chinese). Safari's only sign of it. */
const COMPOSING = 229

/**
 * Does this key send? Enter does; not with Shift, not while a word is being composed, and not where one writes with a
 * thumb: there Enter makes a line, and the button sends.
 */
export function isSendKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey) return false
  if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === COMPOSING) return false
  if (event.ctrlKey || event.metaKey) return true
  return !matchMedia('(pointer: coarse) and (hover: none)').matches
}
