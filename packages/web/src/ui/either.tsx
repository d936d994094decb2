import { useId } from 'react'

/** Radio buttons side by side, for two ways that exclude each other. */
export function Either({
  label,
  options,
  chosen,
  onChoose,
}: {
  label: string
  options: readonly { value: string; text: string }[]
  chosen: string
  onChoose: (value: string) => void
}) {
  const name = useId()
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="grid auto-cols-fr grid-flow-col rounded-md border border-line-strong bg-sunken p-0.5">
        {options.map(({ value, text }) => (
          <label
            key={value}
            className="relative cursor-pointer rounded-sm px-3 py-1 text-center text-sm text-ink-2 transition-colors duration-100 hover:text-ink has-checked:bg-surface has-checked:text-ink has-checked:shadow-low has-focus-visible:outline-2 has-focus-visible:outline-[var(--focus)] pointer-coarse:py-2.5"
          >
            <input
              type="radio"
              name={name}
              value={value}
              checked={chosen === value}
              onChange={() => onChoose(value)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
