import { useEffect, useRef } from 'react'

/** A name that is changed where it stands: Enter keeps it, Escape does not, leaving it does. */
export function NameField({
  label,
  name,
  max,
  onEnd,
}: {
  label: string
  name: string
  /** Characters, as the server has it. */
  max: number
  /** With the new name, or undefined where it stays as it is. */
  onEnd: (name: string | undefined) => void
}) {
  const field = useRef<HTMLInputElement>(null)
  const ended = useRef(false)
  useEffect(() => field.current?.select(), [])
  const end = (text: string | undefined) => {
    if (ended.current) return
    ended.current = true
    const trimmed = text?.trim()
    onEnd(trimmed === undefined || trimmed === '' || trimmed === name ? undefined : trimmed)
  }
  return (
    <input
      ref={field}
      // biome-ignore lint/a11y/noAutofocus: it stands where the press was, and is for typing
      autoFocus
      aria-label={label}
      defaultValue={name}
      maxLength={max}
      autoComplete="off"
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') end(event.currentTarget.value)
        else if (event.key === 'Escape') end(undefined)
        else return
        event.preventDefault()
      }}
      onBlur={(event) => end(event.currentTarget.value)}
      className="h-7 w-full min-w-0 rounded-md border border-line-strong bg-surface px-1.5 text-sm outline-2 outline-[color-mix(in_oklch,var(--focus)_40%,transparent)] pointer-coarse:h-10"
    />
  )
}
