import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Rig, startRig } from '../../packages/server/src/testing/rig.ts'

// Claude Code itself before Keyway and a simulated Anthropic, all on this machine. scripts/test-frameworks.ts installs it
// and says where it is.

const PROGRAM = process.env['KEYWAY_CLAUDE_CODE'] ?? ''
const MODEL = 'anthropic/claude-sonnet-5'
/** It answers within a second; a loaded machine gets this long. */
const RUN_MS = 90_000

let rig: Rig
let folder: string
beforeAll(async () => {
  rig = await startRig()
  folder = await mkdtemp(join(tmpdir(), 'keyway-claude-code-'))
  await writeFile(join(folder, 'note.txt'), 'a note\n')
})
afterEach(() => rig.simulation.reset())
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rig.close()
})

type Result = {
  result: string
  is_error: boolean
  num_turns: number
  usage: { input_tokens: number; output_tokens: number }
}

/** Runs `claude -p` with an environment of its own, in which nothing but this machine can be reached. */
async function ask(prompt: string, { key = rig.key, tools = '' } = {}): Promise<Result> {
  const child = spawn(PROGRAM, ['-p', prompt, '--output-format', 'json', '--tools', tools], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      CLAUDE_CONFIG_DIR: join(folder, '.claude'),
      ANTHROPIC_BASE_URL: rig.url,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: MODEL,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'anthropic/claude-haiku-4-5',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_MAX_RETRIES: '0',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      HTTP_PROXY: 'http://127.0.0.1:1',
      NO_PROXY: '127.0.0.1,localhost',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS,
  })
  let said = ''
  let complained = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text
  })
  await once(child, 'close')
  if (!said.startsWith('{')) throw new Error(`claude said no JSON: ${said}${complained}`)
  return JSON.parse(said)
}

const sent = () => rig.simulation.requests.filter(({ method }) => method === 'POST')

describe('Claude Code', () => {
  test('is answered, and the ledger has what it counted', async () => {
    const { result, is_error, usage } = await ask('write 30 words')
    expect(is_error).toBe(false)
    expect(result.split(' ')).toHaveLength(30)
    const { generation, amount } = (await rig.generations()).find(({ generation: { model } }) => model === MODEL) ?? {}
    expect(generation).toMatchObject({
      api: 'messages',
      streamed: true,
      tokensCompletion: usage.output_tokens,
      error: null,
    })
    expect(amount).toBeGreaterThan(0n)
    expect(sent()[0]?.headers['anthropic-beta']).toContain('claude-code-')
  })

  test('runs its own tools, and is answered about their results', async () => {
    const { result, is_error, num_turns } = await ask('please read it with a tool', { tools: 'Read' })
    expect(is_error).toBe(false)
    expect(num_turns).toBe(2)
    expect(result).toContain('The tool answered')
  })

  test('shows what Keyway refuses: a wrong key, and a cap that is reached', async () => {
    const wrong = await ask('hi', { key: 'kwy_k1_wrong' })
    expect(wrong.is_error).toBe(true)
    const { key } = await rig.issue({ limit: 1_000n })
    const capped = await ask('hi', { key })
    expect(capped.is_error).toBe(true)
    expect(capped.result).toContain('402')
    expect(sent()).toHaveLength(0)
  })
})
