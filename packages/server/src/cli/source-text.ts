import type { Source } from '../config/resolve.ts'
import { formatTable } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Settings with their values and where each came from. */
export function sourceLines(sources: readonly Source[], terminal: Pick<Terminal, 'style'>): string[] {
  return formatTable(
    sources,
    [
      { title: 'SETTING', value: (source) => source.name },
      { title: 'VALUE', value: (source) => source.value },
      { title: 'FROM', value: (source) => source.where },
    ],
    terminal,
  )
}
