// npm test: the checks, then every test, and one line that says how many of all these passed.
import { runChecks, STEPS } from './check-steps.ts'
import { runVitest } from './run-vitest.ts'

const failedChecks = await runChecks(console.log)
const tests = runVitest(process.argv.slice(2))
if (tests.skipped > 0) console.log(`${tests.skipped} skipped`)
for (const line of tests.attacks ?? []) console.log(line)
const failed = failedChecks + tests.failed
console.log(`${STEPS.length - failedChecks + tests.passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
