import { useEffect } from 'react'

/** Something that can be done on the page that is shown. */
export type PageCommand = {
  id: string
  /** In the reader's language. */
  title: string
  /** As {@link Kbd} takes them: 'mod+m'. Told, not bound. */
  keys?: string
  run: () => void
}

const registered = new Map<symbol, readonly PageCommand[]>()

/** Adds a page's own commands to the palette while the page is shown. */
export function usePageCommands(commands: readonly PageCommand[]): void {
  useEffect(() => {
    const mark = Symbol('page')
    registered.set(mark, commands)
    return () => {
      registered.delete(mark)
    }
  })
}

/** What can be done at this moment. */
export function pageCommands(): PageCommand[] {
  return [...registered.values()].flat()
}
