import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulation, startSimulation } from '../packages/sim/src/index.ts'
import { type Block, readBlocks, readRequest } from './readme-blocks.ts'
import { NO_INTERNET, type Place, type RunningKeyway, runToEnd, startKeyway } from './running-keyway.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
/** Where the README's examples expect Keyway. */
const ADDRESS = 'http://localhost:7777'

const blocks = readBlocks(README)
const shell = blocks.filter((block) => block.language === 'sh')
const [runCommand, testCommand, firstCall, ...moreShell] = shell.map((block) => block.code.trim())

describe('the README', () => {
  test('begins with exactly two commands: one runs Keyway, one tests it', () => {
    expect([runCommand, testCommand]).toEqual(['npm ci && npm start', 'npm ci && npm test'])
  })

  test('tests by the command that continuous integration runs', () => {
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain(`\n  ${testCommand}\n`)
  })

  test('names only scripts that package.json has, and files that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    )
    const named = [...README.matchAll(/npm (?:run )?(start|test|[a-z]+)(?=`| --)/g)].flatMap((match) => match[1] ?? [])
    for (const script of named.filter((name) => name !== 'ci')) expect(scripts).toHaveProperty(script)
    for (const [, path = ''] of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(() => readFileSync(join(ROOT, path)), path).not.toThrow(/ENOENT/)
    }
  })
})

describe('the README\u2019s examples, against a running Keyway', () => {
  let work: string
  let place: Place
  let simulation: Simulation
  let keyway: RunningKeyway

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'keyway-readme-'))
    simulation = await startSimulation()
    place = {
      // A folder where `npx keyway` is this repository's and nothing else is found.
      folder: work,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: work,
        KEYWAY_HOME: join(work, 'home'),
        ...NO_INTERNET,
        OPENAI_API_KEY: simulation.providers.openai.key,
      },
    }
    mkdirSync(join(work, 'node_modules/.bin'), { recursive: true })
    symlinkSync(join(ROOT, 'packages/server/bin/keyway.js'), join(work, 'node_modules/.bin/keyway'))
    for (const name of ['openai', 'keyway'])
      symlinkSync(join(ROOT, 'node_modules', name), join(work, 'node_modules', name))
    const { OPENAI_API_KEY: _, ...server } = place.env
    keyway = await startKeyway(['npx', '--no-install', 'keyway', 'serve', '--port', '0', '--json'], {
      ...place,
      env: server,
    })
  }, 60_000)

  afterAll(async () => {
    await keyway?.stop()
    await simulation.close()
    rmSync(work, { recursive: true, force: true })
  })

  /** The example as it stands, but for where Keyway and the provider are. */
  const here = (code: string) =>
    code
      .replaceAll(ADDRESS, keyway.url)
      .replace(
        'providers add openai',
        `providers add openai --base-url ${simulation.providers.openai.baseUrl} --allow-private`,
      )

  test('the shell commands store a key, make one, and call a model', async () => {
    const out = await runToEnd(
      ['bash', '-euo', 'pipefail', '-c', `${here(firstCall ?? '')}\nprintf '\\n%s' "$KEYWAY_API_KEY"`],
      place,
    )
    const lines = out.trimEnd().split('\n')
    const key = lines.at(-1) ?? ''
    expect(key).toMatch(/^kwy_k1_/)
    const answer: { choices: { message: { content: string } }[]; usage: { cost: number } } = JSON.parse(
      lines.at(-2) ?? '',
    )
    expect(answer.choices[0]?.message.content).not.toBe('')
    expect(answer.usage.cost).toBeGreaterThan(0)
    place.env['KEYWAY_API_KEY'] = key
  }, 60_000)

  test('the TypeScript example streams an answer', async () => {
    const [example] = codeIn('ts')
    writeFileSync(join(work, 'example.ts'), here(example))
    expect(await runToEnd([process.execPath, 'example.ts'], place)).not.toBe('')
  }, 60_000)

  test('the Python example compiles, makes the same request, and streams where its package is installed', async () => {
    const [python] = codeIn('python')
    const [typescript] = codeIn('ts')
    expect(readRequest(python)).toEqual(readRequest(typescript))
    writeFileSync(join(work, 'example.py'), here(python))
    if (!has('import sys')) return
    await runToEnd(['python3', '-m', 'py_compile', 'example.py'], place)
    if (has('import openai')) expect(await runToEnd(['python3', 'example.py'], place)).not.toBe('')
  }, 60_000)

  test('the other shell commands work as they stand', async () => {
    expect(moreShell.length).toBeGreaterThan(0)
    for (const code of moreShell) {
      expect(await runToEnd(['bash', '-euo', 'pipefail', '-c', here(code)], place)).not.toBe('')
    }
  }, 60_000)
})

/** @throws Error when there is not exactly one such example */
function codeIn(language: Block['language']): [string] {
  const found = blocks.filter((block) => block.language === language)
  const [only] = found
  if (found.length !== 1 || only === undefined)
    throw new Error(`the README has ${found.length} examples in ${language}`)
  return [only.code]
}

function has(statement: string): boolean {
  return spawnSync('python3', ['-c', statement]).status === 0
}
