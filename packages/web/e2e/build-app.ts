import { globSync, renameSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** Builds the web app before the tests, where its sources are newer than what was built. Run once, by vitest. */
export default async function buildApp(): Promise<void> {
  if (builtAt() > changedAt()) return
  // Made beside and moved: another process may be serving the old one.
  const out = `${ROOT}dist.${process.pid}`
  await build({ root: ROOT, logLevel: 'warn', build: { outDir: out, emptyOutDir: true } })
  rmSync(`${ROOT}dist`, { recursive: true, force: true })
  renameSync(out, `${ROOT}dist`)
}

/** Unix milliseconds; 0 where nothing is built. */
function builtAt(): number {
  return statSync(`${ROOT}dist/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function changedAt(): number {
  const sources = ['src/**/*.{ts,tsx,css}', 'public/*', 'index.html', 'vite.config.ts', 'package.json']
  return Math.max(...globSync(sources, { cwd: ROOT }).map((file) => statSync(ROOT + file).mtimeMs))
}
