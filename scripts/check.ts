// npm run check: format, lint, types, floors and the lock file; all of them, so that one run shows everything.
import { runChecks } from './check-steps.ts'

process.exitCode = (await runChecks(console.log)) === 0 ? 0 : 1
