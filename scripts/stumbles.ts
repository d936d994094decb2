import { appendFileSync, readFileSync } from 'node:fs'

/** What did not go well in a run: a test, or what stands for one, that failed or passed only when it was tried again. */
export type Stumble = { how: 'FAILED' | 'retried'; name: string; error: string }

/** Names the file to which every part of a longer run adds its stumbles, each a line of JSON. */
export const STUMBLES_VARIABLE = 'KEYWAY_TEST_STUMBLES'

/** Of a log often only the last lines are kept. */
const LINES_MAX = 200
const ERROR_LINES_MAX = 20
const LINE_MAX = 400

/** Adds them to the file of the run that this one is part of, where there is one. */
export function noteStumbles(stumbles: readonly Stumble[]): void {
  const file = process.env[STUMBLES_VARIABLE]
  if (file === undefined) return
  appendFileSync(file, stumbles.map((stumble) => `${JSON.stringify(stumble)}\n`).join(''))
}

/** All that the parts of a run noted, in their order. */
export function readStumbles(file: string): Stumble[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line): Stumble => JSON.parse(line))
}

/** Failures first, each with the first lines of its error: the fewer, the more there are to tell. At most 200 lines. */
export function tellStumbles(stumbles: readonly Stumble[]): string[] {
  const ordered = (['FAILED', 'retried'] as const).flatMap((how) => stumbles.filter((one) => one.how === how))
  const errorLines = Math.min(ERROR_LINES_MAX, Math.max(0, Math.floor(LINES_MAX / ordered.length) - 1))
  const lines = ordered.flatMap(({ how, name, error }) => [
    `${how}: ${name}`.slice(0, LINE_MAX),
    ...firstLines(error, errorLines).map((line) => `    ${line}`.slice(0, LINE_MAX)),
  ])
  if (lines.length <= LINES_MAX) return lines
  return [...lines.slice(0, LINES_MAX - 1), `and ${lines.length - LINES_MAX + 1} lines more`]
}

function firstLines(text: string, count: number): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, count)
}
