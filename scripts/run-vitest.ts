import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COUNTS_VARIABLE, type Counts } from './reporter.ts'
import { noteStumbles } from './stumbles.ts'

/** Runs vitest where its output can be watched, and counts how the tests came out. */
export function runVitest(args: readonly string[], env: Readonly<Record<string, string>> = {}): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-test-'))
  const file = join(folder, 'counts.json')
  const run = spawnSync('vitest', ['run', '--reporter=default', '--reporter=./scripts/reporter.ts', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env, [COUNTS_VARIABLE]: file },
  })
  const ended = existsSync(file)
  const counts: Counts = ended ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: 0 }
  rmSync(folder, { recursive: true, force: true })
  // vitest may fail for a reason that is no test, such as a leaked error after the last one, or end before it counted.
  if (!ended || (run.status !== 0 && counts.failed === 0)) {
    counts.failed = 1
    const error = `It ended with ${run.status ?? run.signal}, and no test had failed; what it said is above.`
    noteStumbles([{ how: 'FAILED', name: ['vitest', ...args].join(' '), error }])
  }
  return counts
}
