import { stripVTControlCharacters } from 'node:util'
import type { Terminal } from './terminal.ts'

/** One column: its heading, what stands in it, and to which side. */
export type Column<Row> = { title: string; value(row: Row): string; align?: 'right' }

/** Spaces between columns. */
const GAP = 2

/**
 * Rows as aligned lines under their headings. The last column is not padded, so that copying it copies nothing else.
 * Control characters in values are taken out: a model's or key's name must not move the cursor.
 */
export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Pick<Terminal, 'style'>,
): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.value(row))))
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((line) => widthOf(line[index] ?? ''))),
  )
  const lay = (line: readonly string[]) =>
    line
      .map((text, index) => {
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)))
        if (columns[index]?.align === 'right') return space + text
        return index === line.length - 1 ? text : text + space
      })
      .join(' '.repeat(GAP))
  return [terminal.style('dim', lay(columns.map((column) => column.title))), ...cells.map(lay)]
}

/** Names and values below each other. [['name', 'ci'], ['limit', '$5.00']] */
export function formatPairs(
  pairs: readonly (readonly [string, string])[],
  terminal: Pick<Terminal, 'style'>,
): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${terminal.style('dim', name.padEnd(width))}  ${printable(value)}`)
}

/** The text without what could steer a terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, ' ')
}

function widthOf(text: string): number {
  return [...text].length
}
