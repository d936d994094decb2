/** How many rows the list of attacks and misuses has: docs/oauth-rows.md. */
const ROWS = 140

/** A test that ran, as far as it is asked here. */
type Ran = { name: string; fullName: string; result(): { state: string } }
/** A file of tests, as Vitest tells of it. */
export type RanFile = { moduleId: string; children: { allTests(): Iterable<Ran> } }

/** One line for each place where rows of the list were tested: `110 of 140 (node)`. A row with a test that failed is none. */
export function attackLines(modules: readonly RanFile[]): string[] {
  const passed = new Map<string, Set<number>>()
  const failed = new Map<string, Set<number>>()
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const place = placeOf(test, module.moduleId)
      const into = test.result().state === 'passed' ? passed : failed
      for (const row of rowsOf(test.name)) into.set(place, (into.get(place) ?? new Set()).add(row))
    }
  }
  return [...passed].map(([place, rows]) => {
    const whole = [...rows].filter((row) => row >= 1 && row <= ROWS && failed.get(place)?.has(row) !== true)
    return `${whole.length} of ${ROWS} (${place})`
  })
}

/** `'F6, row 5, 72: ...'` -> 5, 72 */
export function rowsOf(name: string): number[] {
  const [, numbers = ''] = /^(?:F\d+, )?row ((?:\d+, )*\d+): /.exec(name) ?? []
  return numbers
    .split(', ')
    .filter((one) => one !== '')
    .map(Number)
}

function placeOf({ fullName }: Ran, file: string): string {
  const [, engine] = /^in (chromium|firefox|webkit) > /.exec(fullName) ?? []
  return engine ?? (file.includes('/packages/web/e2e/') ? 'chromium' : 'node')
}
