// node scripts/test-frameworks.ts: the examples in the frameworks that they are for, which are too large to be installed
// with everything else. They come from the package registries into a temporary folder, at these versions.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { stageConnect } from './build-connect.ts'
import { runVitest } from './run-vitest.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const NEXT = [
  'next@16.4.6',
  'react@19.3.1',
  'react-dom@19.3.1',
  'typescript@5.9.3',
  '@types/node@24.19.2',
  '@types/react@19.3.0',
]

const work = mkdtempSync(join(tmpdir(), 'keyway-frameworks-'))
try {
  const app = makeNextApp(join(work, 'next'))
  const { passed, failed, skipped } = runVitest(['--config', 'scripts/frameworks.vitest.ts'], { KEYWAY_NEXT_APP: app })
  console.log(`${passed} passed, ${failed + skipped} failed`)
  process.exitCode = failed + skipped === 0 && passed > 0 ? 0 : 1
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** An app of Next.js with the example in it and the library as it is published, built. @returns its folder */
function makeNextApp(folder: string): string {
  mkdirSync(folder)
  stageConnect(join(work, 'connect'))
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', work], join(work, 'connect'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact']
  run('npm', [...install, ...NEXT, ...globSync(join(work, '*.tgz'))], folder)
  const app = join(folder, 'app')
  for (const [from, to] of [
    ['examples/next/app', 'app/app'],
    ['examples/next/lib', 'app/lib'],
    ['examples/shared', 'shared'],
  ] as const) {
    cpSync(join(ROOT, from), join(folder, to), { recursive: true })
  }
  // What the examples share lies beside the app.
  writeFileSync(join(app, 'next.config.mjs'), `export default { turbopack: { root: ${JSON.stringify(folder)} } }\n`)
  const compilerOptions = { moduleResolution: 'bundler', allowImportingTsExtensions: true, noEmit: true, strict: true }
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
  run(process.execPath, ['../node_modules/next/dist/bin/next', 'build'], app)
  return app
}

function run(program: string, args: readonly string[], cwd: string): void {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  execFileSync(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
}
