import { Check, CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { onToast, type ToastText } from './toast.ts'

/** Long enough for a short sentence, read slowly. Milliseconds. */
const SHOWN_MS = 5_000
/** Where something can be done: long enough to see it, think and get there. Milliseconds. */
const ACTION_SHOWN_MS = 10_000

/** Where toasts appear. The region is there from the start: screen readers do not hear of one that comes later. */
export function Toaster() {
  const [toasts, setToasts] = useState<ToastText[]>([])
  const end = (ended: ToastText) => setToasts((before) => before.filter(({ id }) => id !== ended.id))
  useEffect(() => onToast((toast) => setToasts((before) => [...before, toast])), [])
  return (
    <div
      role="status"
      // Where nothing is pressed next: at the top, on wide screens at the right, above where a composer has its buttons.
      className="pointer-events-none fixed inset-x-0 top-0 z-60 grid justify-items-center gap-2 p-4 pt-[max(0.75rem,env(safe-area-inset-top))] lg:top-auto lg:bottom-20 lg:justify-items-end"
    >
      {toasts.map((toast) => (
        <Toast key={toast.id} data={toast} onEnd={end} />
      ))}
    </div>
  )
}

/** One toast. It waits for whoever points at it or has the focus in it. */
function Toast({ data, onEnd }: { data: ToastText; onEnd: (ended: ToastText) => void }) {
  const [held, setHeld] = useState(false)
  const { text, tone, action } = data
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => onEnd(data), action === undefined ? SHOWN_MS : ACTION_SHOWN_MS)
    return () => clearTimeout(timer)
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done here, only waited for
    <div
      className="pointer-events-auto flex max-w-md animate-rise items-center gap-2.5 rounded-lg border border-line bg-raised px-4 py-2.5 text-sm font-medium shadow-high [&>svg]:size-4 [&>svg]:shrink-0"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {tone === 'hold' ? (
        <Check className="text-hold" aria-hidden="true" />
      ) : (
        <CircleAlert className="text-alarm" aria-hidden="true" />
      )}
      <p className="min-w-0">{text}</p>
      {action !== undefined && (
        <button
          type="button"
          className="-my-1 -mr-2 ml-1 h-7 shrink-0 rounded-md px-2 text-brass-text hover:bg-hover pointer-coarse:h-10"
          onClick={() => {
            onEnd(data)
            action.run()
          }}
        >
          {action.label}
        </button>
      )}
    </div>
  )
}
