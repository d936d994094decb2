/** A provider by its first letters. Logos would be other people's property, and mostly pictures from elsewhere. */
export function Monogram({ name }: { name: string }) {
  const letters = /^([A-Z]{2}|[A-Z][a-z])/.exec(name)?.[0] ?? name.slice(0, 2)
  return (
    <span
      aria-hidden="true"
      className="grid size-8 shrink-0 place-items-center rounded-md border border-line bg-sunken font-mono text-xs font-semibold text-ink-2"
    >
      {letters}
    </span>
  )
}
