import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Stumble, tellStumbles } from './stumbles.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** What .ci/run needs to tell, and no test file. */
const COPIED = [
  '.ci/run',
  ...['run-vitest', 'reporter', 'attack-rows', 'stumbles', 'tell-stumbles'].map((name) => `scripts/${name}.ts`),
]

describe('what stumbled in a run', () => {
  const failure = (name: string, lines: number): Stumble => ({
    how: 'FAILED',
    name,
    error: Array.from({ length: lines }, (_, index) => `line ${index}`).join('\n\n'),
  })

  test('is told with the failures first, and twenty lines of an error', () => {
    const lines = tellStumbles([{ how: 'retried', name: 'slow', error: 'late' }, failure('broken', 30)])
    expect(lines.slice(0, 2)).toEqual(['FAILED: broken', '    line 0'])
    expect(lines.slice(20)).toEqual(['    line 19', 'retried: slow', '    late'])
  })

  test('keeps every name while there are two hundred, however long the errors are', () => {
    const many = (count: number) => tellStumbles(Array.from({ length: count }, (_, at) => failure(`test ${at}`, 30)))
    expect(many(50)).toHaveLength(200)
    expect(many(200).filter((line) => line.startsWith('FAILED: '))).toHaveLength(200)
    expect(many(1000)).toHaveLength(200)
    expect(many(1000).at(-1)).toBe('and 801 lines more')
  })

  test('is nothing when nothing did', () => {
    expect(tellStumbles([])).toEqual([])
  })
})

describe('.ci/run', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyway-ci-'))
    for (const name of ['.ci', 'bin', 'scripts']) mkdirSync(join(folder, name))
    for (const file of COPIED) copyFileSync(join(ROOT, file), join(folder, file))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** With an npm whose `test` is this program, and no engines. @returns its lines */
  const runWith = (npmTest: string) => {
    writeFileSync(join(folder, 'bin/npm'), `#!/bin/sh\n[ "$1" = ci ] && exit 0\n${npmTest}\n`, { mode: 0o755 })
    const PATH = `${join(folder, 'bin')}:${dirname(process.execPath)}:${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`
    const env = { ...process.env, PATH }
    const { stdout, status } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8', env })
    return { lines: stdout.trimEnd().split('\n'), status }
  }

  test('tells at its end which tests failed and which passed only at a second try, then the counts alone', () => {
    writeFileSync(
      join(folder, 'some.test.ts'),
      `let tries = 0
describe('a room', () => {
  test('holds', () => {})
  test('breaks', () => expect('its door').toBe('shut'))
  test('stumbles', () => expect(++tries).toBe(2))
})`,
    )
    const { lines, status } = runWith(
      `exec node -e "import('${folder}/scripts/run-vitest.ts').then(({ runVitest }) => {
        const { passed, failed } = runVitest(['--globals', '--retry=1', 'some.test.ts'])
        console.log(passed + ' passed, ' + failed + ' failed')
      })"`,
    )
    const told = lines.slice(lines.indexOf('2 passed, 1 failed') + 1)
    expect(lines.at(-1)).toBe('2 passed, 1 failed')
    expect(told[0]).toBe('FAILED: some.test.ts > a room > breaks')
    expect(told[1]).toContain("expected 'its door' to be 'shut'")
    expect(told[2]).toContain('at some.test.ts:4:')
    expect(told).toContain('    Received: "its door"')
    expect(told.indexOf('retried: some.test.ts > a room > stumbles')).toBeGreaterThan(2)
    expect(status).toBe(1)
  })

  test('tells the last lines of what ended without a count', () => {
    const { lines, status } = runWith('echo no room left on the device; exit 3')
    expect(lines.slice(-3)).toEqual([
      'FAILED: install_and_test ended with 3; its last lines:',
      '    no room left on the device',
      '0 passed, 1 failed',
    ])
    expect(status).toBe(1)
  })

  test('has nothing to tell when all passed', () => {
    expect(runWith('echo 7 passed, 0 failed')).toEqual({
      lines: ['7 passed, 0 failed', '7 passed, 0 failed'],
      status: 0,
    })
  })
})
