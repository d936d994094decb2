import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort, startChild, untilAnswers } from './child.ts'
import type { Absent, Contender, Starter } from './contender.ts'

const FOLDER = fileURLToPath(new URL('./.portkey/', import.meta.url))
const PRELOAD = fileURLToPath(new URL('./loopback-only.cjs', import.meta.url))
const START = 'node_modules/@portkey-ai/gateway/build/start-server.js'

/**
 * With @hono/node-server 1.14.4 to 2.0.0 its streaming answers fail ("TypeError: immutable"); with this one they work.
 * @see https://github.com/Portkey-AI/gateway/issues/1389 (read 2026-11-21)
 */
const MANIFEST = {
  name: 'portkey-pinned',
  private: true,
  dependencies: { '@portkey-ai/gateway': '1.15.2', '@hono/node-server': '1.13.5', hono: '4.9.7' },
  overrides: { '@hono/node-server': '$@hono/node-server', hono: '$hono' },
}

/** Installs it below bench/, once, running none of its install scripts. @returns what went wrong, or undefined */
function install(): string | undefined {
  if (existsSync(`${FOLDER}${START}`)) return undefined
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(`${FOLDER}package.json`, `${JSON.stringify(MANIFEST, null, 2)}\n`)
  const npm = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: FOLDER,
    encoding: 'utf8',
  })
  return npm.status === 0 ? undefined : npm.stderr.trim().split('\n')[0] || 'npm install failed'
}

/** The same kind of program as Keyway, from npm: it routes and translates; it has no keys, caps or ledger here. */
export const portkey: Starter = {
  name: 'portkey',
  async start(mockPort): Promise<Contender | Absent> {
    const trouble = install()
    if (trouble !== undefined) return { name: 'portkey', absent: `could not be installed: ${trouble}` }
    const port = await freePort()
    const child = startChild([process.execPath, '-r', PRELOAD, START, '--headless', `--port=${port}`], {
      core: 'gateway',
      cwd: FOLDER,
    })
    // Nobody reads what it says.
    child.process.stdout?.resume()
    const startMs = await untilAnswers(`http://127.0.0.1:${port}/`, 20_000)
    return {
      name: 'portkey',
      about: `Portkey gateway ${MANIFEST.dependencies['@portkey-ai/gateway']}, no keys, caps or ledger`,
      port,
      path: '/v1/chat/completions',
      headers: {
        authorization: 'Bearer sk-bench',
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${mockPort}/v1`,
      },
      model: (name) => name,
      pid: child.pid,
      startMs,
      stop: () => child.stop(),
    }
  },
}
