// node scripts/test-frameworks.ts: the examples in the frameworks that they are for, the library in runtimes beside Node,
// and Claude Code and Codex before this server, which are too large to be installed with everything else. They come from
// the package registries into a temporary folder, at these versions.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { stageConnect } from './build-connect.ts'
import type { Counts } from './reporter.ts'
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
const STREAMLIT = 'streamlit==1.67.0'

const CLAUDE_CODE = '@anthropic-ai/claude-code@2.1.332'
/** In the package of its platform; without its install script the other one has none. */
const CLAUDE_CODE_PROGRAM = '@anthropic-ai/claude-code-*/claude'

const CODEX = '@openai/codex@0.171.0'
/** In the package of its platform. */
const CODEX_PROGRAM = '@openai/codex-*/vendor/*/bin/codex'

const RUNTIMES = ['bun@1.4.5', 'deno@2.9.6']
/** Where their packages have the programs themselves: nothing is downloaded by a script. */
const PROGRAMS = ['@oven/bun-*/bin/bun', '@deno/*/deno']

/** Asked so often before a registry is taken to be away. */
const TRIES = 3

/** What a registry did not give. It is told, and is no failure of ours. */
class NotInstalled extends Error {}

const work = mkdtempSync(join(tmpdir(), 'keyway-frameworks-'))
try {
  const runs = [inFrameworks, inRuntimes, inClaudeCode, inCodex].map(unlessAway)
  const passed = runs.reduce((sum, counts) => sum + counts.passed, 0)
  const failed = runs.reduce((sum, counts) => sum + counts.failed + counts.skipped, 0)
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  rmSync(work, { recursive: true, force: true })
}

function unlessAway(run: () => Counts): Counts {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof NotInstalled)) throw error
    console.log(`${error.message}, so nothing ran there`)
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** The examples in Next.js and, where the machine has a Python for it, in Streamlit. */
function inFrameworks(): Counts {
  const config = ['--config', 'scripts/frameworks.vitest.ts']
  const env = { KEYWAY_NEXT_APP: makeNextApp(join(work, 'next')) }
  if (spawnSync('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']).status !== 0) {
    console.log('there is no Python of 3.10 or newer, so nothing ran in Streamlit')
    return runVitest([...config, 'examples/frameworks/next.check.ts'], env)
  }
  const files = ['next', 'streamlit'].map((name) => `examples/frameworks/${name}.check.ts`)
  return runVitest([...config, ...files], { ...env, KEYWAY_STREAMLIT: installStreamlit(join(work, 'venv')) })
}

/** The library as it is published, in Bun and Deno. */
function inRuntimes(): Counts {
  const folder = join(work, 'runtimes')
  install(folder, RUNTIMES)
  for (const pattern of PROGRAMS) {
    for (const found of globSync(pattern, { cwd: join(folder, 'node_modules') })) {
      const program = join(folder, 'node_modules', found)
      chmodSync(program, 0o755)
      symlinkSync(program, join(folder, basename(program)))
    }
  }
  const PATH = `${folder}:${process.env['PATH']}`
  return runVitest(['scripts/pack-connect.test.ts'], { PATH, KEYWAY_RUNTIMES: 'bun,deno' })
}

/** The real Claude Code, which finds this server where Anthropic would be. */
function inClaudeCode(): Counts {
  const folder = join(work, 'claude-code')
  install(folder, [CLAUDE_CODE])
  const [program] = globSync(CLAUDE_CODE_PROGRAM, { cwd: join(folder, 'node_modules') })
  if (program === undefined) throw new NotInstalled(`${CLAUDE_CODE} has no program for this platform`)
  const env = { KEYWAY_CLAUDE_CODE: join(folder, 'node_modules', program) }
  return runVitest(['--config', 'scripts/frameworks.vitest.ts', 'examples/frameworks/claude-code.check.ts'], env)
}

/** The real Codex, which finds this server where OpenAI would be. */
function inCodex(): Counts {
  const folder = join(work, 'codex')
  install(folder, [CODEX])
  const [program] = globSync(CODEX_PROGRAM, { cwd: join(folder, 'node_modules') })
  if (program === undefined) throw new NotInstalled(`${CODEX} has no program for this platform`)
  const env = { KEYWAY_CODEX: join(folder, 'node_modules', program) }
  return runVitest(['--config', 'scripts/frameworks.vitest.ts', 'examples/frameworks/codex.check.ts'], env)
}

/** An app of Next.js with the example in it and the library as it is published, built. @returns its folder */
function makeNextApp(folder: string): string {
  stageConnect(join(work, 'connect'))
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', work], join(work, 'connect'))
  install(folder, [...NEXT, ...globSync(join(work, '*.tgz'))])
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

/** @returns the program */
function installStreamlit(folder: string): string {
  run('python3', ['-m', 'venv', folder], work)
  fetchWith(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', STREAMLIT], work)
  return join(folder, 'bin/streamlit')
}

/** Packages in a folder of their own, without their scripts. */
function install(folder: string, packages: readonly string[]): void {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  fetchWith('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages], folder)
}

/** Runs what asks a registry. @throws NotInstalled when it gave nothing at any try */
function fetchWith(program: string, args: readonly string[], cwd: string): void {
  for (let left = TRIES; left > 0; left--) {
    try {
      run(program, args, cwd)
      return
    } catch (error) {
      console.log(`${basename(program)} ${args[0]}: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    }
  }
  throw new NotInstalled(`${args.slice(-3).join(' ')} could not be installed`)
}

function run(program: string, args: readonly string[], cwd: string): void {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  execFileSync(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
}
