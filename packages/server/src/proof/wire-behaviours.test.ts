import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// docs/wire-behaviours.md lists what clients of the protocol break on. Each row that is served is a test, by its name:
// '8.5: ...', in each of the files that the row names.

const source = fileURLToPath(new URL('../', import.meta.url))
const document = readFileSync(new URL('../../../../docs/wire-behaviours.md', import.meta.url), 'utf8')
const ROWS = Array.from({ length: 25 }, (_, index) => `8.${index + 1}`)
/** Of formats that come later. */
const UNSERVED: readonly string[] = []

/** `test('row 3: 8.5, 8.6: ...'` -> 8.5, 8.6 */
function rowsOf(text: string): string[] {
  const names = text.matchAll(/^ *(?:.*\()?['"](?:row [\d, ]+: )?((?:8\.\d+, )*8\.\d+): /gm)
  return [...names].flatMap(([, numbers = '']) => numbers.split(', '))
}

test('each wire behaviour is a row, and each row that is served a test in the files that it names', () => {
  expect(rowsOf("test('8.1: x'\n  it('row 3, 4: 8.5, 8.6: y'\n  ])('8.7: %s'\n  '8.8: z',\n// 8.9: no")).toEqual([
    '8.1',
    '8.5',
    '8.6',
    '8.7',
    '8.8',
  ])
  const lines = [...document.matchAll(/^\| (8\.\d+) \|.*\| ([^|]*)\|$/gm)]
  expect(lines.map(([, number]) => number)).toEqual(ROWS)
  for (const [, number = '', cell = ''] of lines) {
    const files = [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '')
    expect([number, files.length === 0]).toEqual([number, UNSERVED.includes(number)])
    for (const file of files) {
      const found = rowsOf(readFileSync(source + file, 'utf8'))
      expect(found, `${file} has no test named "${number}: ..."`).toContain(number)
    }
  }
})

test('no test names a wire behaviour that is no row', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.test.ts') && !name.endsWith('proof/wire-behaviours.test.ts'),
  )
  const named = new Set(files.flatMap((file) => rowsOf(readFileSync(source + file, 'utf8'))))
  expect([...named].filter((number) => !ROWS.includes(number) || UNSERVED.includes(number))).toEqual([])
  expect(named.size).toBe(ROWS.length - UNSERVED.length)
})
