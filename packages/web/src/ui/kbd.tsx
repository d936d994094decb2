import { keyNames } from '../palette/key-names.ts'

/** A key or keys to press together: `mod+shift+o`. For eyes only: what is pressed is named where it is explained. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span aria-hidden="true" className="inline-flex pointer-coarse:hidden">
      <kbd className="inline-flex h-4.5 items-center whitespace-nowrap rounded-sm border border-line px-1 font-mono text-2xs text-ink-3 group-aria-selected:text-ink-2 group-aria-[current=page]:text-ink-2">
        {keyNames(keys)}
      </kbd>
    </span>
  )
}
