// npm's prepare: builds the web app after an install. Plain JavaScript that any Node can parse, since npm may run on an
// older one than the repository's.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
// Absent after `npm ci --omit=dev`, and while this very install is repairing itself: the server then says how to build.
const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url))
const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

/** The build takes about five seconds; a machine that needs this long is in trouble. Milliseconds. */
const BUILD_MS = 120_000

if (existsSync(vite)) {
  const build = spawnSync(existsSync(node) ? node : process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: `${root}packages/web`,
    stdio: 'inherit',
    timeout: BUILD_MS,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  // A broken build must not break the install: the API works without the app.
  if (build.status !== 0) {
    console.error(
      'The web app could not be built. Keyway serves its API without it; try: npm run build -w packages/web',
    )
  }
}
