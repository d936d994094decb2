/** A short word on something that has happened. */
export type ToastText = {
  id: number
  text: string
  /** 'alarm': it did not work. */
  tone: 'hold' | 'alarm'
  /** What can be done about it while the toast is there. */
  action: { label: string; run: () => void } | undefined
}

type Listener = (toast: ToastText) => void

const listeners = new Set<Listener>()
let count = 0

/** Says that something has happened, in the corner, for a few seconds and to screen readers. */
export function toast(text: string, { tone = 'hold', action }: Partial<Pick<ToastText, 'tone' | 'action'>> = {}): void {
  count++
  for (const listener of listeners) listener({ id: count, text, tone, action })
}

export function onToast(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
