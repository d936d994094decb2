import { spawnSync } from 'node:child_process'
import { existsSync, globSync, renameSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const VITE = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url))

/** The build takes a few seconds; a loaded machine gets this long. Milliseconds. */
const BUILD_MS = 120_000

/**
 * Builds the web app before the tests, where its sources are newer than what was built. Run once, by vitest.
 * @throws Error when it cannot be built
 */
export default function buildApp(): void {
  if (builtAt() > changedAt()) return
  // Made beside and moved: another process may be serving the old one, and must not miss a file for as long as deleting takes.
  const out = `${ROOT}dist.${process.pid}`
  // A process of its own: vitest says NODE_ENV=test, with which React would be the slow and large one for development.
  const build = spawnSync(process.execPath, [VITE, 'build', '--logLevel', 'warn', '--outDir', out, '--emptyOutDir'], {
    cwd: ROOT,
    stdio: 'inherit',
    timeout: BUILD_MS,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (build.status !== 0) throw new Error('the web app could not be built')
  const old = `${ROOT}dist.old.${process.pid}`
  if (existsSync(`${ROOT}dist`)) renameSync(`${ROOT}dist`, old)
  renameSync(out, `${ROOT}dist`)
  rmSync(old, { recursive: true, force: true })
}

/** Unix milliseconds; 0 where nothing is built. */
function builtAt(): number {
  return statSync(`${ROOT}dist/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function changedAt(): number {
  const sources = ['src/**/*.{ts,tsx,css}', 'public/*', '*.html', 'auth-entry.ts', 'vite.config.ts', 'package.json']
  return Math.max(...globSync(sources, { cwd: ROOT }).map((file) => statSync(ROOT + file).mtimeMs))
}
