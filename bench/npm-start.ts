import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processTree } from './accounting.ts'
import { freePort, startChild, untilAnswers } from './child.ts'

const REPOSITORY = fileURLToPath(new URL('../', import.meta.url))

/** Milliseconds from `npm start`, with a home that it has to make, to the first answer of /health. */
export async function timeNpmStart(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'keyway-bench-npm-'))
  const port = await freePort()
  const child = startChild(['npm', 'start'], {
    core: 'gateway',
    cwd: REPOSITORY,
    env: { KEYWAY_HOME: home, KEYWAY_PORT: String(port) },
  })
  child.process.stdout?.resume()
  const elapsed = await untilAnswers(`http://127.0.0.1:${port}/health`, 20_000)
  // npm hands no signal on to what it started, so those are told first.
  for (const pid of processTree(child.pid).slice(1).reverse()) process.kill(pid, 'SIGTERM')
  await child.stop()
  rmSync(home, { recursive: true, force: true })
  return elapsed
}
