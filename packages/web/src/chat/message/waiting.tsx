/** Before the first word: the pins of a lock, rising in turn. The live region says it to the ear. */
export function Waiting() {
  return (
    <span className="flex h-6 items-center gap-1" aria-hidden="true">
      {[0, 150, 300, 450].map((delay) => (
        <span
          key={delay}
          className="h-3 w-1 animate-pin rounded-full bg-brass"
          style={{ animationDelay: `${delay}ms` }}
        />
      ))}
    </span>
  )
}
