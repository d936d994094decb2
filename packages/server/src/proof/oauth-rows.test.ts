import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { proveFigure } from './testing/figure.ts'

// F1. The list of attacks and misuses has 140 rows, and each is a test: by its name, 'row 27: ...'. docs/oauth-rows.md tells
// what comes of each.

const ROWS = Array.from({ length: 140 }, (_, index) => index + 1)
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const NODE = ['packages/server/src', 'examples']
const CHROMIUM = ['packages/web/e2e']
const ENGINES = ['packages/web/e2e/engines']
/** What only a browser can tell, with the reason: each of these is tested in every engine. */
const IN_ENGINES = [
  ...readFileSync(`${root}packages/web/e2e/engines/engine-rows.ts`, 'utf8').matchAll(/^ {2}(\d+): '/gm),
].map(([, row]) => Number(row))

/** The rows that the names of tests in these folders carry. */
function rowsIn(folders: readonly string[]): Set<number> {
  const rows = new Set<number>()
  for (const folder of folders) {
    for (const name of readdirSync(root + folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.test\.ts$/.test(name) || name.includes('node_modules')) continue
      for (const row of rowsOf(readFileSync(`${root}${folder}/${name}`, 'utf8'))) rows.add(row)
    }
  }
  return rows
}

/** `test('row 27, 28: ...'` -> 27, 28 */
function rowsOf(text: string): number[] {
  const names = text.matchAll(
    /^ *(?:(?:test|it|describe)\(|\]\)\(|(?:test|it)\.each\(\w+\)\(|\[?)\s*['"`](?:F\d+, )?row ((?:\d+, )*\d+): /gm,
  )
  return [...names].flatMap(([, numbers = '']) => numbers.split(', ').map(Number))
}

test('F1: each of the 140 rows is a test, those for browsers in a browser', async () => {
  await proveFigure('F1', { full: 140, usual: 140 }, async () => countRows())
})

function countRows(): string {
  expect(rowsOf("test('row 1, 2: x'\n// row 3: no\n  ])('row 4: %s'\nit('F6, row 5: x'")).toEqual([1, 2, 4, 5])
  const [node, chromium] = [rowsIn(NODE), rowsIn(CHROMIUM)]
  const known = ROWS.filter((row) => node.has(row) || chromium.has(row))
  expect(ROWS.filter((row) => !known.includes(row))).toEqual([])
  const engines = rowsIn(ENGINES)
  expect(IN_ENGINES.filter((row) => !engines.has(row))).toEqual([])
  expect([...engines].filter((row) => !IN_ENGINES.includes(row))).toEqual([])
  expect([...node, ...chromium].filter((row) => !ROWS.includes(row))).toEqual([])
  const document = readFileSync(`${root}docs/oauth-rows.md`, 'utf8')
  expect(ROWS.filter((row) => !new RegExp(`^\\| ${row} \\|`, 'm').test(document))).toEqual([])
  const count = (rows: ReadonlySet<number>) => ROWS.filter((row) => rows.has(row)).length
  return `rows of attacks and misuses have a test: ${count(node)} in Node, ${count(chromium)} in Chromium`
}
