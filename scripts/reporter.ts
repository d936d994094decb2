import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { attackLines } from './attack-rows.ts'

/** How many of a run's tests came out how (a file that could not be loaded is one failure), and the rows of the list. */
export type Counts = { passed: number; failed: number; skipped: number; attacks?: readonly string[] }

/** What the reporter is told: where the counts are to be written as JSON. */
export const COUNTS_VARIABLE = 'KEYWAY_TEST_COUNTS'

/** Writes the counts of a vitest run to the file that KEYWAY_TEST_COUNTS names. vitest run --reporter=./scripts/reporter.ts */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[COUNTS_VARIABLE]
    if (file === undefined) return
    const counts = { ...countTests(modules, unhandled.length), attacks: attackLines(modules) }
    writeFileSync(file, JSON.stringify(counts))
  }
}

function countTests(modules: readonly TestModule[], unhandled: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandled, skipped: 0 }
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed++
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // A test that never ran has proved nothing.
      counts[state === 'pending' ? 'failed' : state]++
    }
  }
  return counts
}
