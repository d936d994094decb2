import { Check } from 'lucide-react'
import { useEffect, useState } from 'react'
import { onToast, type ToastText } from './toast.ts'

/** Long enough for a short sentence, read slowly. Milliseconds. */
const SHOWN_MS = 5_000

/** Where toasts appear. The region is there from the start: screen readers do not hear of one that comes later. */
export function Toaster() {
  const [toasts, setToasts] = useState<ToastText[]>([])
  useEffect(
    () =>
      onToast((toast) => {
        setToasts((before) => [...before, toast])
        setTimeout(() => setToasts((before) => before.filter(({ id }) => id !== toast.id)), SHOWN_MS)
      }),
    [],
  )
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-60 grid justify-items-center gap-2 p-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
    >
      {toasts.map(({ id, text }) => (
        <p
          key={id}
          className="flex animate-rise items-center gap-2.5 rounded-lg border border-line bg-raised px-4 py-2.5 text-sm font-medium shadow-high"
        >
          <Check className="size-4 text-hold" aria-hidden="true" />
          {text}
        </p>
      ))}
    </div>
  )
}
