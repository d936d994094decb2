import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { attackLines } from './attack-rows.ts'
import { noteStumbles, type Stumble } from './stumbles.ts'

/** How many of a run's tests came out how (a file that could not be loaded is one failure), and the rows of the list. */
export type Counts = { passed: number; failed: number; skipped: number; attacks?: readonly string[] }

/** What the reporter is told: where the counts are to be written as JSON. */
export const COUNTS_VARIABLE = 'KEYWAY_TEST_COUNTS'

/** Writes the counts of a vitest run to the file that KEYWAY_TEST_COUNTS names, and notes what stumbled. vitest run --reporter=./scripts/reporter.ts */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Told[]): void {
    noteStumbles([
      ...unhandled.map((error): Stumble => ({ how: 'FAILED', name: '(outside of any test)', error: tellError(error) })),
      ...modules.flatMap(findStumbles),
    ])
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

/** An error as vitest hands it on. */
type Told = { message: string; diff?: string | undefined; stacks?: readonly Place[] | undefined }
type Place = { file: string; line: number; column: number }

function findStumbles(module: TestModule): Stumble[] {
  const file = module.relativeModuleId
  const failed = (name: string, errors: readonly Told[] | undefined = []): Stumble => ({
    how: 'FAILED',
    name,
    error: errors.map(tellError).join('\n'),
  })
  const outside = [
    { name: file, errors: module.errors() },
    ...Array.from(module.children.allSuites(), (suite) => ({
      name: `${file} > ${suite.fullName}`,
      errors: suite.errors(),
    })),
  ]
  return [
    ...outside.filter(({ errors }) => errors.length > 0).map(({ name, errors }) => failed(name, errors)),
    ...Array.from(module.children.allTests()).flatMap((test) => {
      const { state, errors } = test.result()
      const stumble = failed(`${file} > ${test.fullName}`, errors)
      if (state === 'failed' || state === 'pending') return [stumble]
      return state === 'passed' && wasRetried(test) ? [{ ...stumble, how: 'retried' as const }] : []
    }),
  ]
}

function wasRetried(test: TestCase): boolean {
  return (test.diagnostic()?.retryCount ?? 0) > 0
}

/** Its message, what differs, and where in our code. */
function tellError({ message, diff, stacks }: Told): string {
  const [place] = stacks ?? []
  const at = place === undefined ? [] : [`at ${relative('', place.file)}:${place.line}:${place.column}`]
  return stripVTControlCharacters([message, ...at, ...(diff === undefined ? [] : [diff])].join('\n'))
}
