import { useId } from 'react'

/** A few words beside each other, one of which holds: the browser's own radio buttons, drawn as a row. */
export function Choices<Value extends string | number>({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string
  value: Value
  choices: readonly { value: Value; title: string }[]
  onChoose: (value: Value) => void
}) {
  const name = useId()
  return (
    <fieldset className="flex rounded-md border border-line-strong bg-surface p-0.5 shadow-low">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className="relative cursor-pointer whitespace-nowrap rounded-sm px-2.5 py-1 text-sm text-ink-2 hover:text-ink has-checked:bg-press has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:py-2.5"
        >
          <input
            type="radio"
            name={name}
            className="absolute inset-0 cursor-pointer opacity-0"
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
          />
          {choice.title}
        </label>
      ))}
    </fieldset>
  )
}
