import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where a command writes, and what that place can show. */
export type Terminal = {
  /** Results: a line, without its line break. */
  print(line: string): void
  /** Everything that is no result: progress, hints, errors. */
  note(line: string): void
  /** The text in that style, where colours are wanted. */
  style(style: Style, text: string): string
  /** Characters in a line. */
  width: number
  /** Whether a person reads it and can type into it. */
  attended: boolean
}

/** Characters a line has where nobody says. */
const WIDTH_USUAL = 100

/**
 * The process's own terminal. Colours only towards a person: never into a pipe, nor with NO_COLOR set.
 * @see https://no-color.org/ (read 2026-11-21)
 */
export function processTerminal(env: Readonly<Record<string, string | undefined>>): Terminal {
  const coloured = process.stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
    width: process.stdout.isTTY === true ? process.stdout.columns : WIDTH_USUAL,
    attended: process.stdin.isTTY === true && process.stdout.isTTY === true,
  }
}
