import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../../bin/keyway.js', import.meta.url))

/** Loaded before the launcher in each life of the process, and says with which flags that began. */
const WITNESS = `data:text/javascript,console.log(JSON.stringify({
  flags: process.execArgv.filter((flag) => flag.startsWith('--max-')), arenas: process.env.MALLOC_ARENA_MAX,
  trimmed: process.env.MALLOC_TRIM_THRESHOLD_ }))`

type Life = { flags: string[]; arenas?: string; trimmed?: string }

/** The lives of one process, in order. */
function livesOf(args: readonly string[], given: { flags?: string[]; env?: Record<string, string> } = {}): Life[] {
  const flags = [...(given.flags ?? []), '--import', WITNESS]
  const env = { PATH: process.env['PATH'] ?? '', ...given.env }
  const { stdout, status } = spawnSync(process.execPath, [...flags, BIN, ...args], { env, encoding: 'utf8' })
  expect(status).toBe(0)
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"flags"'))
  return lines.map((line): Life => JSON.parse(line))
}

it('leaves commands that end at once, and servers whose memory somebody has set, as they were started', () => {
  expect(livesOf(['keys', '--help'])).toEqual([{ flags: [] }])
  const flag = '--max-semi-space-size=32'
  expect(livesOf(['serve', '--help'], { flags: [flag] })).toEqual([{ flags: [flag] }])
  expect(livesOf(['serve', '--help'], { env: { NODE_OPTIONS: flag } })).toEqual([{ flags: [] }])
})

it.runIf(process.platform !== 'win32')(
  'starts a server again, once, with a small young generation, few arenas, and what they do not use given back',
  () => {
    const saving = { flags: ['--max-semi-space-size=8'], arenas: '2', trimmed: '131072' }
    expect(livesOf(['serve', '--help'])).toEqual([{ flags: [] }, saving])
    expect(livesOf(['--help'], { env: { MALLOC_ARENA_MAX: '3' } }).at(-1)).toEqual({ ...saving, arenas: '3' })
  },
)
