/** What can be opened from anywhere. */
export type Opened = 'palette' | 'shortcuts'

type Listener = (opened: Opened) => void

const listeners = new Set<Listener>()

/** Opens the command palette, or the sheet of shortcuts. */
export function open(opened: Opened): void {
  for (const listener of listeners) listener(opened)
}

export function onOpen(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
