/** A short word on something that has happened. */
export type ToastText = { id: number; text: string }

type Listener = (toast: ToastText) => void

const listeners = new Set<Listener>()
let count = 0

/** Says that something has happened, in the corner, for a few seconds and to screen readers. */
export function toast(text: string): void {
  count++
  for (const listener of listeners) listener({ id: count, text })
}

export function onToast(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
