import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Rig, startRig } from '../../packages/server/src/testing/rig.ts'

// Codex itself before Keyway and a simulated OpenAI, all on this machine. scripts/test-frameworks.ts installs it and says
// where it is.

const PROGRAM = process.env['KEYWAY_CODEX'] ?? ''
const MODEL = 'openai/gpt-5-mini'
/** It answers within a second; a loaded machine gets this long. */
const RUN_MS = 90_000

let rig: Rig
let folder: string
beforeAll(async () => {
  rig = await startRig()
  folder = await mkdtemp(join(tmpdir(), 'keyway-codex-'))
  await mkdir(join(folder, 'home'))
  await mkdir(join(folder, 'work'))
  await writeFile(join(folder, 'home', 'config.toml'), config())
})
afterEach(() => rig.simulation.reset())
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  await rig.close()
})

/** As docs/codex.md has it, but for what keeps a test on this machine. */
const config = () => `
model = "${MODEL}"
model_provider = "keyway"
model_context_window = 400000
check_for_update_on_startup = false

[model_providers.keyway]
name = "Keyway"
base_url = "${rig.url}/v1"
wire_api = "responses"
env_key = "KEYWAY_API_KEY"
stream_max_retries = 1
request_max_retries = 0
`

type Line = { type: string; item?: { type: string; text?: string }; usage?: Record<string, number>; message?: string }
type Run = { code: number | null; lines: Line[]; complaints: string }

/** Runs `codex exec` with an environment of its own, in which nothing but this machine can be reached. */
async function run(prompt: string, { key = rig.key, options = [] as readonly string[] } = {}): Promise<Run> {
  const child = spawn(PROGRAM, ['exec', '--json', '--skip-git-repo-check', ...options, prompt], {
    cwd: join(folder, 'work'),
    env: {
      PATH: process.env['PATH'],
      HOME: join(folder, 'home'),
      CODEX_HOME: join(folder, 'home'),
      KEYWAY_API_KEY: key,
      HTTPS_PROXY: 'http://127.0.0.1:1',
      HTTP_PROXY: 'http://127.0.0.1:1',
      NO_PROXY: '127.0.0.1,localhost',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS,
  })
  let said = ''
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const [code] = await once(child, 'close')
  const lines = said.split('\n').filter((line) => line.startsWith('{'))
  return { code, complaints, lines: lines.map((line): Line => JSON.parse(line)) }
}

const textOf = ({ lines }: Run) => lines.findLast(({ item }) => item?.type === 'agent_message')?.item?.text ?? ''
const bodies = () =>
  rig.simulation.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }): Record<string, unknown> => JSON.parse(Buffer.from(body).toString()))

describe('Codex', () => {
  test('is answered, and the ledger has what it counted', async () => {
    const answer = await run('write 30 words')
    expect(answer, answer.complaints).toMatchObject({ code: 0 })
    expect(textOf(answer).split(' ')).toHaveLength(30)
    const usage = answer.lines.find(({ type }) => type === 'turn.completed')?.usage
    const { generation, amount } = (await rig.generations()).at(-1) ?? {}
    expect(generation).toMatchObject({
      api: 'responses',
      model: MODEL,
      streamed: true,
      tokensPrompt: usage?.['input_tokens'],
      tokensCompletion: usage?.['output_tokens'],
      error: null,
    })
    expect(amount).toBeGreaterThan(0n)
    expect(bodies().at(-1)).toMatchObject({ model: 'gpt-5-mini', store: false, stream: true })
  })

  test('runs a tool of its own, and is answered about its result with the reasoning that it brought back', async () => {
    const answer = await run('please call update_goal')
    expect(answer, answer.complaints).toMatchObject({ code: 0 })
    expect(textOf(answer)).toContain('The tool answered')
    const [first, second] = bodies()
    expect(JSON.stringify(first)).not.toContain('"encrypted_content"')
    expect(JSON.stringify(second)).toMatch(/"encrypted_content":"gAAAAA/)
  })

  test('tries again when a stream breaks', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 12 })
    const answer = await run('write 30 words')
    expect(answer, answer.complaints).toMatchObject({ code: 0 })
    expect(textOf(answer).split(' ')).toHaveLength(30)
    expect(bodies()).toHaveLength(2)
  })

  test('works on a capped key once its web search is off, which is named until then', async () => {
    const { key } = await rig.issue({ limit: 1_000_000_000n })
    const refused = await run('hi', { key })
    expect(refused.code).not.toBe(0)
    expect(JSON.stringify(refused.lines)).toContain('tools.web_search')
    expect(bodies()).toHaveLength(0)
    const answer = await run('write 30 words', { key, options: ['-c', 'web_search=disabled'] })
    expect(answer, answer.complaints).toMatchObject({ code: 0 })
  })

  test('shows what Keyway refuses: a wrong key, and a cap that is reached', async () => {
    const wrong = await run('hi', { key: 'kwy_k1_wrong' })
    expect(wrong.code).not.toBe(0)
    expect(JSON.stringify(wrong.lines)).toContain('401')
    const { key } = await rig.issue({ limit: 1_000n })
    const capped = await run('hi', { key, options: ['-c', 'web_search=disabled'] })
    expect(capped.code).not.toBe(0)
    expect(JSON.stringify(capped.lines)).toContain('402')
    expect(bodies()).toHaveLength(0)
  })
})
