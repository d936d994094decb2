import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Place, ToolId } from '../src/use-it/tool.ts'
import { TOOLS } from '../src/use-it/tools.ts'

const PLACE: Place = {
  origin: 'https://keyway.example.com',
  key: 'kwy_k1_0123',
  cap: 'none',
  models: {
    chat: 'local/llama 3 "q4"',
    messages: { opus: 'anthropic/o', sonnet: 'anthropic/s', haiku: 'anthropic/h' },
    responses: 'openai/gpt-5-codex',
  },
  shell: 'sh',
}

const blocks = (id: ToolId, given: Partial<Place> = {}) => {
  const tool = TOOLS.find((one) => one.id === id)
  if (tool === undefined) throw new Error(`there is no ${id}`)
  return tool.write({ ...PLACE, ...given })
}
const first = (id: ToolId, given?: Partial<Place>) => blocks(id, given)[0]?.code ?? ''

/** What a shell hands on: the variables that were set, and the program's words. */
function run(code: string): { env: Record<string, string>; words: string[] } {
  const lines = code.split('\n')
  const program = lines.at(-1) ?? ''
  const script = [...lines.slice(0, -1), 'env', 'echo ---', `printf '%s\\n' ${program}`].join('\n')
  const [env = '', words = ''] = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} }).split('---\n')
  const pairs = env.split('\n').map((line) => line.split(/=(.*)/s))
  return {
    env: Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value])),
    words: words.trim().split('\n'),
  }
}

test('every tool holds the key where it says so and nowhere else, and is this server’s', () => {
  for (const { id, write } of TOOLS) {
    const all = write(PLACE)
    expect({ id, keys: all.map(({ code }) => code.includes(PLACE.key)) }).toEqual({
      id,
      keys: all.map(({ key }) => key === 'in it'),
    })
    expect(all.map(({ code }) => code).join('\n')).toContain(PLACE.origin)
  }
})

test('Claude Code gets the address without /v1, the key as its token, no other key, and models by their size', () => {
  const { env, words } = run(first('claudeCode'))
  expect(env).toMatchObject({
    ANTHROPIC_BASE_URL: PLACE.origin,
    ANTHROPIC_AUTH_TOKEN: PLACE.key,
    ANTHROPIC_API_KEY: '',
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'anthropic/o',
    ANTHROPIC_DEFAULT_SONNET_MODEL: 'anthropic/s',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'anthropic/h',
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
  })
  expect(words).toEqual(['claude'])
  expect(first('claudeCode', { shell: 'powershell' })).toContain(`$env:ANTHROPIC_AUTH_TOKEN = '${PLACE.key}'`)
})

test('Codex gets a provider that speaks responses, and its key by the variable that its file names', () => {
  const [config, start] = blocks('codex')
  expect(config?.code.split('\n')).toEqual([
    'model = "openai/gpt-5-codex"',
    'model_provider = "keyway"',
    '',
    '[model_providers.keyway]',
    'name = "Keyway"',
    'base_url = "https://keyway.example.com/api/v1"',
    'env_key = "KEYWAY_API_KEY"',
    'wire_api = "responses"',
  ])
  expect(run(start?.code ?? '').env).toMatchObject({ KEYWAY_API_KEY: PLACE.key })
  // A search has no price that a cap could hold.
  expect(first('codex', { cap: 'some' })).toMatch(/^model_provider = .*\nweb_search = "disabled"\n\n\[/m)
})

test('aider’s model is one word to the shell, with openai/ in front', () => {
  const { env, words } = run(first('aider'))
  expect(env).toMatchObject({ OPENAI_API_BASE: `${PLACE.origin}/api/v1`, OPENAI_API_KEY: PLACE.key })
  expect(words).toEqual(['aider', '--model', `openai/${PLACE.models.chat}`])
})

test('the files of Continue and OpenCode are read as they are meant', () => {
  const { chat = '' } = PLACE.models
  expect(parse(first('continue'))).toMatchObject({
    models: [{ provider: 'openai', model: chat, apiBase: `${PLACE.origin}/api/v1`, apiKey: PLACE.key }],
  })
  expect(JSON.parse(first('openCode'))).toMatchObject({
    provider: { keyway: { options: { baseURL: `${PLACE.origin}/api/v1`, apiKey: PLACE.key }, models: { [chat]: {} } } },
  })
})

test('a shell gives curl one body, whatever the model is called', () => {
  const words = first('curl', { models: { ...PLACE.models, chat: `it's` } }).replace(/^curl /, 'printf "%s\\0" ')
  const given = execFileSync('sh', ['-c', words], { encoding: 'utf8' }).split('\0')
  expect(JSON.parse(given.at(-2) ?? '')).toMatchObject({ model: `it's` })
})
