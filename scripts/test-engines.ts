// node scripts/test-engines.ts firefox webkit: what only browsers can tell, in other engines than npm test's, one after
// the other; then how many rows of the list passed in each, and one line that says how many tests did.
import { runVitest } from './run-vitest.ts'

/** One file at a time and without haste: a browser that draws without a graphics card needs both cores to itself. */
const ARGS = ['--no-file-parallelism', '--testTimeout=180000', '--hookTimeout=180000']

let [passed, failed] = [0, 0]
const rows: string[] = []
for (const engine of process.argv.slice(2)) {
  console.log(`in ${engine}:`)
  const counts = runVitest([...ARGS, 'packages/web/e2e/engines'], { KEYWAY_TEST_ENGINES: engine })
  passed += counts.passed
  failed += counts.failed + counts.skipped
  rows.push(...(counts.attacks ?? [`0 of 140 (${engine})`]))
}
for (const line of rows) console.log(line)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
