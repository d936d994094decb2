import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultByName, type Simulation, startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { addProvider } from '../cli/acts/add-provider.ts'
import { askServer } from '../cli/control-client.ts'
import { type Canary, canaryText, findCanaries, makeCanary } from './testing/canary.ts'
import { runCli } from './testing/cli-process.ts'
import { callChat } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { filesIn } from './testing/files.ts'
import { withFolder } from './testing/home.ts'
import { serverEnv, standBy } from './testing/server-process.ts'
import { startVaultRig } from './testing/vault-rig.ts'

// F12. Everything that Keyway says and keeps in a broad run at the log level debug is searched for words that only the
// run knows: secrets of every kind, and the content of conversations.

// The last four are refusals after which a credential is left alone for a while: one for each provider that is called.
const FAULTS = [
  ...['stall-before-headers', 'stall-mid-stream', 'close-mid-event', 'wrong-length', 'error-first', 'error-mid-stream'],
  ...['huge-event', 'never-ending', 'gzip-bomb', 'redirect', 'no-done', 'malformed-json', 'huge-headers', 'no-usage'],
  ...['absurd-usage', 'negative-usage', 'ignores-max-tokens', 'empty', '400', '404', '500', '503', '502', '504'],
  ...['401', '402', '403', '429'],
]
/** So that faults that wait or go on end soon. */
const TIGHT_LIMITS = {
  KEYWAY_LIMITS__IDLE_MS: '1000',
  KEYWAY_LIMITS__FIRST_EVENT_MS: '1000',
  KEYWAY_LIMITS__EVENT_BYTES: '65536',
  KEYWAY_LIMITS__REPLY_BYTES: '262144',
  KEYWAY_LIMITS__TOTAL_MS: '5000',
}
/** A client's own patience, for a stream without end. Milliseconds. */
const PATIENCE_MS = 3_000

/** Commands whose output may hold no canary at all. The form is `--json` or the one for people. */
const COMMANDS: readonly string[][] = [
  ['providers', 'list'],
  ['providers', 'test'],
  ['keys', 'list'],
  ['users', 'list'],
  ['usage', '--by', 'model'],
  ['doctor'],
  ['vault', 'rotate', '--data-keys'],
  ['config', 'show'],
]

test('F12, row 126: no secret and no conversation is in anything that Keyway says or keeps', async () => {
  await proveFigure('F12', { full: COMMANDS.length * 2, usual: 4 }, async ({ count, random }) => {
    const simulation = await startSimulation()
    const { rig, stored, env: providers } = await startVaultRig(simulation)
    const { home, key, managementKey } = rig
    await rig.close('keep')
    try {
      return await withFolder(async (folder) => {
        const env = serverEnv(home, simulation, { ...providers, ...TIGHT_LIMITS, KEYWAY_LOG__LEVEL: 'debug' })
        const server = await standBy({ env }).serve()
        const places = new Map<string, Buffer>()
        const note = (place: string, text: string) => places.set(place, Buffer.from(text))

        // Secrets that come in over the socket and by standard input; the provider refuses both.
        const [overSocket, byInput, inArguments] = [canaryText('sk-proj-'), canaryText('gsk_'), canaryText('sk-')]
        const add = {
          provider: 'openai',
          secret: overSocket,
          name: 'wrong',
          priority: 1,
          allow_private: true,
          unchecked: true,
        }
        note('the answer of providers.add', JSON.stringify(await askServer(home, addProvider.name, add)))
        const conversation = { prompt: canaryText('prompt-'), answer: canaryText('answer-'), tool: canaryText('tool-') }
        const setup = await runCli(['users', 'setup-link', 'owner', '--json'], { env })
        const setupToken = /#([0-9A-Za-z]{43})/.exec(setup.out)?.[1]
        if (setupToken === undefined) throw new Error(`no setup link: ${setup.out}${setup.err}`)

        const ids = await callEverything(server.url, { key, simulation, conversation, note })
        await askEverything(server.url, { key, managementKey, ids, prompt: conversation.prompt, note })

        const refused = await Promise.all([
          runCli(['providers', 'add', 'groq', '--key-stdin', '--name', 'x', '--allow-private', '--json'], {
            env,
            input: byInput,
          }),
          runCli(['providers', 'add', 'groq', `--key=${inArguments}`], { env }),
          runCli(['keys', 'show', key], { env }),
        ])
        for (const [index, { out, err }] of refused.entries()) note(`refused command ${index}`, out + err)
        for (let turn = 0; turn < count; turn++) {
          const all = COMMANDS.flatMap((words) => [words, [...words, '--json']])
          const words = count >= all.length ? all[turn] : random.pick(all)
          if (words === undefined) continue
          const { out, err } = await runCli(words, { env })
          note(words.join(' '), out + err)
        }
        const backup = await runCli(['backup', join(folder, 'backup.db')], { env })
        expect(backup.code, backup.err).toBe(0)
        note('backup', backup.out + backup.err)
        const beforeStop = filesIn(home)
        await server.end('SIGTERM')

        note('the output of the server', server.output())
        expect(server.output()).toContain('"msg":"call"')
        const rootKey = readFileSync(join(home, 'root.key'), 'utf8')
        const rootKeys = [...rootKey.matchAll(/^v\d+:(\S+)/gm)].flatMap(([, text = '']) => [
          makeCanary('the root key', text),
          makeCanary('the root key\u2019s bytes', Buffer.from(text, 'base64')),
        ])
        expect(rootKeys.length).toBeGreaterThan(0)
        for (const [path, bytes] of [...beforeStop, ...filesIn(home)]) {
          if (path !== 'root.key') places.set(`home/${path} (${bytes.length} bytes)`, bytes)
        }
        for (const [path, bytes] of filesIn(folder)) places.set(path, bytes)

        const canaries: Canary[] = [
          ...stored.map(({ provider, secret }) => makeCanary(`the key of ${provider}`, secret)),
          makeCanary('the provider key over the socket', overSocket, 'random'),
          makeCanary('the provider key by standard input', byInput, 'random'),
          makeCanary('the provider key in arguments', inArguments, 'random'),
          makeCanary('the key', key, 'random'),
          makeCanary('the management key', managementKey, 'random'),
          makeCanary('the setup token', setupToken, 'random'),
          ...rootKeys,
          makeCanary('the prompt', conversation.prompt, 'random'),
          makeCanary('the answer', conversation.answer, 'random'),
          makeCanary('the tool\u2019s argument', conversation.tool, 'random'),
        ]
        // What the providers were sent holds the conversation and their keys: the search would find them.
        const sent = simulation.requests.map(
          ({ headers, body }) => JSON.stringify(headers) + Buffer.from(body).toString(),
        )
        const control = new Map([['what was sent', Buffer.from(sent.join('\n'))]])
        for (const name of ['the prompt', 'the key of openai']) {
          expect(
            findCanaries(
              canaries.filter((canary) => canary.name === name),
              control,
            ),
          ).toHaveLength(1)
        }
        expect(findCanaries(canaries, places)).toEqual([])
        const bytes = [...places.values()].reduce((sum, content) => sum + content.length, 0)
        return `commands, ${ids.length} calls through ${FAULTS.length} faults at debug level: 0 of ${canaries.length} canaries in ${places.size} places (${(bytes / 2 ** 20).toFixed(1)} MiB), plain, hex, base64, URL-encoded, in pieces`
      })
    } finally {
      await rig.close('remove')
      await simulation.close()
    }
  })
}, 120_000)

type Note = (place: string, text: string) => void
type Conversation = { prompt: string; answer: string; tool: string }

const MODELS = [
  { provider: 'openai', model: 'openai/gpt-4o-mini' },
  { provider: 'mistral', model: 'mistralai/mistral-medium-latest' },
  { provider: 'groq', model: 'openai/gpt-oss-20b' },
  { provider: 'anthropic', model: 'anthropic/claude-haiku-4.5' },
] as const

/** Every fault, as a stream and as a whole answer, with canaries in prompt, answer and tools. Notes what errors say. */
async function callEverything(
  url: string,
  of: { key: string; simulation: Simulation; conversation: Conversation; note: Note },
): Promise<string[]> {
  const { key, simulation, conversation, note } = of
  const ids: string[] = []
  const call = async (place: string, at: (typeof MODELS)[number], stream: boolean) => {
    const outcome = await callChat(url, {
      key,
      signal: AbortSignal.timeout(PATIENCE_MS),
      body: {
        model: at.model,
        stream,
        max_tokens: 50,
        provider: { only: [at.provider] },
        messages: [
          { role: 'system', content: `Keep ${conversation.prompt} to yourself.` },
          { role: 'user', content: `Say it: ${conversation.prompt}` },
        ],
        tools: [{ type: 'function', function: { name: 'look', parameters: { const: conversation.tool } } }],
      },
    })
    if (outcome.id !== undefined) ids.push(outcome.id)
    // The caller's own conversation may be in a good answer, and in nothing else.
    if (outcome.status !== 200) note(place, outcome.text + JSON.stringify(outcome.headers))
  }
  const answered = JSON.stringify({
    id: 'chatcmpl-canary',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: conversation.answer,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'look', arguments: `{"x":"${conversation.tool}"}` } },
          ],
        },
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
  })
  await Promise.all(
    MODELS.map(async (at, lane) => {
      simulation.reply(at.provider, { body: answered })
      await call('a good answer', at, false)
      // Whole, but no JSON, with everything in it.
      simulation.reply(at.provider, { body: `{"choices":[${conversation.answer}` }, { times: 2 })
      await call('an answer that is no JSON', at, false)
      simulation.reply(at.provider, { sse: `data: {"choices":[${conversation.answer}\n\n` }, { times: 2 })
      await call('an event that is no JSON', at, true)
      for (const [index, name] of FAULTS.entries()) {
        if (index % MODELS.length !== lane) continue
        const fault = faultByName(name)
        if (fault === undefined) throw new Error(`there is no fault ${name}`)
        for (const stream of [true, false]) {
          simulation.script(at.provider, fault)
          await call(`${name}, stream ${stream}`, at, stream)
        }
      }
    }),
  )
  return ids
}

/** Every page and API of reading, and every kind of request that is refused. */
async function askEverything(
  url: string,
  of: { key: string; managementKey: string; ids: readonly string[]; prompt: string; note: Note },
): Promise<void> {
  const { key, managementKey, ids, prompt, note } = of
  const ask = async (place: string, path: string, init: RequestInit) => {
    const response = await fetch(url + path, { ...init, redirect: 'manual' })
    note(place, JSON.stringify([...response.headers]) + (await response.text()))
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  for (const path of ['/', '/metrics', '/openapi.json', '/health', '/ready', '/docs/troubleshooting', '/nowhere']) {
    await ask(`GET ${path}`, path, {})
  }
  for (const path of ['/models', '/key', '/providers'])
    await ask(`GET ${path}`, `/api/v1${path}`, { headers: bearer(key) })
  for (const path of ['/keys', '/credits'])
    await ask(`GET ${path}`, `/api/v1${path}`, { headers: bearer(managementKey) })
  for (const id of ids) await ask(`GET /generation ${id}`, `/api/v1/generation?id=${id}`, { headers: bearer(key) })
  const json = { 'content-type': 'application/json' }
  const post = (place: string, body: string, headers: Record<string, string>) =>
    ask(`POST ${place}`, '/api/v1/chat/completions', { method: 'POST', body, headers: { ...json, ...headers } })
  const messages = [{ role: 'user', content: prompt }]
  await post('no key', JSON.stringify({ model: 'openai/gpt-4o-mini', messages }), {})
  await post('a key with a wrong end', '{}', bearer(`${key.slice(0, -3)}abc`))
  await post('two credentials', '{}', { ...bearer(key), 'x-api-key': managementKey })
  await post('a management key', '{}', bearer(managementKey))
  await post('no JSON', `{"model": ${prompt}`, bearer(key))
  await post('cut JSON', `{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"${prompt}`, bearer(key))
  await post('no messages', JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [], note: prompt }), bearer(key))
  await post('an unknown model', JSON.stringify({ model: 'no/such', messages }), bearer(key))
  await post('a wrong number', JSON.stringify({ model: 'openai/gpt-4o-mini', messages, max_tokens: -1 }), bearer(key))
  await post(
    'a field twice',
    `{"model":"openai/gpt-4o-mini","mod\\u0065l":"x","messages":${JSON.stringify(messages)}}`,
    bearer(key),
  )
  await post('depth', `${'['.repeat(5_000)}"${prompt}"`, bearer(key))
  await ask('a key in the query', `/api/v1/models?key=${key}`, {})
}
