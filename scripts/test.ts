// npm test: the checks, then every test, and one line that says how many of all these passed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChecks, STEPS } from './check-steps.ts'
import { COUNTS_VARIABLE, type Counts } from './reporter.ts'

const failedChecks = await runChecks(console.log)
const tests = runTests(process.argv.slice(2))
if (tests.skipped > 0) console.log(`${tests.skipped} skipped`)
for (const line of tests.attacks ?? []) console.log(line)
const failed = failedChecks + tests.failed
console.log(`${STEPS.length - failedChecks + tests.passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function runTests(args: readonly string[]): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-test-'))
  const file = join(folder, 'counts.json')
  const run = spawnSync('vitest', ['run', '--reporter=default', '--reporter=./scripts/reporter.ts', ...args], {
    stdio: 'inherit',
    env: { ...process.env, [COUNTS_VARIABLE]: file },
  })
  const counts: Counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0 }
  rmSync(folder, { recursive: true, force: true })
  // vitest may fail for a reason that is no test, such as a leaked error after the last one.
  if (run.status !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}
