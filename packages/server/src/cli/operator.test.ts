import type { ChildProcess } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { lockHome } from '../store/sqlite/home-lock.ts'
import { appBrowser } from '../testing/app-browser.ts'
import { collect, firstLine, type Outcome, runBin, startAtTerminal, startBin } from './test-bin.ts'

// What an operator does on an evening of development: keys from .env and from a file, a home that is a link, calls watched
// as they end, somebody shut out.

/** More than a second has of them, one after the other: it is asked once a second. */
const CALLS_MAX = 5_000
const PASSWORD = 'maple engine slow river'
const ready = z.object({ url: z.string(), setup_link: z.string() })

let folder: string
let simulation: Simulation
let server: ChildProcess
let ended: Promise<Outcome>
let url: string
let setupLink: string
let key: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyway-operator-'))
  simulation = await startSimulation()
  const { openai, groq } = simulation.providers
  await mkdir(join(folder, 'real'))
  await symlink(join(folder, 'real'), join(folder, 'home'))
  await writeFile(join(folder, 'groq.key'), `\n "${groq.key}"\n\n`)
  await writeFile(join(folder, '.env'), `OPENAI_API_KEY='Bearer ${openai.key}'\nGROQ_API_KEY_FILE=${folder}/groq.key\n`)
  const providers = [
    { provider: 'openai', base_url: openai.baseUrl, allow_private: true },
    { provider: 'groq', base_url: groq.baseUrl, allow_private: true },
  ]
  await writeFile(join(folder, 'keyway.yaml'), JSON.stringify({ providers }))
  const env = { NODE_ENV: 'development', KEYWAY_HOME: join(folder, 'home'), KEYWAY_CONFIG: 'keyway.yaml' }
  server = startBin(['serve', '--json', '--port', '0'], { cwd: folder, env })
  ended = collect(server)
  const first = ready.parse(JSON.parse(await firstLine(server)))
  url = first.url
  setupLink = first.setup_link
  key = z
    .object({ key: z.string() })
    .parse(JSON.parse((await keyway('keys', 'create', '--name', 'me', '--json')).stdout)).key
})

afterAll(async () => {
  server.kill('SIGKILL')
  await ended
  await simulation.close()
  await rm(folder, { recursive: true, force: true })
})

const env = () => ({ KEYWAY_HOME: join(folder, 'home') })
const keyway = (...args: string[]) => runBin(args, { env: env() })

function call(model: string, as = key): Promise<Response> {
  return fetch(`${url}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  })
}

/** One call after the other until a program that follows them says its first line: it tells of what ends after it began. */
async function followed(following: ChildProcess): Promise<[string, () => Promise<Outcome>]> {
  const outcome = collect(following)
  let seen: string | undefined
  const line = firstLine(following).then((text) => {
    seen = text
  })
  for (let calls = 0; seen === undefined && calls < CALLS_MAX; calls++) await (await call('openai/gpt-4o-mini')).text()
  await line
  return [seen ?? '', () => outcome]
}

test('an app that describes itself at a private address is told what a description must be; the operator, what it was', async () => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'https://10.1.2.3/client.json',
    redirect_uri: 'http://127.0.0.1:4000/cb',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const response = await fetch(`${url}/oauth/authorize?${query}`, { redirect: 'manual' })
  const page = await response.text()
  expect(response.status).toBe(400)
  expect(page).toContain('It must stand at an https address that is public')
  expect(page).not.toContain('may be called')
  const { stdout } = await keyway('audit', 'list', '--limit', '5')
  expect(stdout).toMatch(/oauth\.refused +request +10\.1\.2\.3 is not an address that may be called/)
})

test('a key from .env, and one from a file that it names, open calls, and are in no file of the home', async () => {
  for (const [model, provider] of [
    ['openai/gpt-4o-mini', 'openai'],
    ['openai/gpt-oss-20b', 'groq'],
  ] as const) {
    const response = await call(model)
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('simulated')])
    const { headers } = await simulation.waitFor((one) => one.provider === provider && one.method === 'POST')
    expect(headers.authorization).toBe(`Bearer ${simulation.providers[provider].key}`)
    const { stdout } = await keyway('providers', 'list')
    expect(stdout).toContain('from the environment')
    expect(stdout).not.toContain(simulation.providers[provider].key)
    for (const name of await readdir(join(folder, 'real')))
      if (!name.endsWith('.sock'))
        expect(await readFile(join(folder, 'real', name), 'latin1')).not.toContain(simulation.providers[provider].key)
  }
})

/** Answers a command's question at a terminal, as soon as it is asked. @returns all that the terminal showed */
async function typeAt(args: readonly string[], { question, typed }: { question: string; typed: string }) {
  const child = startAtTerminal(args, { env: env() })
  let asked = ''
  child.stdout?.on('data', (part: Buffer) => {
    const before = asked.includes(question)
    asked += part.toString()
    if (!before && asked.includes(question)) child.stdin?.write(typed)
  })
  const { code, stdout, stderr } = await collect(child)
  return { code, shown: stdout + stderr }
}

test('providers add and replace ask for the key at a terminal, which shows nothing of it', async () => {
  const { baseUrl, key: secret } = simulation.providers.mistral
  const add = ['providers', 'add', 'mine', '--base-url', baseUrl, '--allow-private']
  const added = await typeAt(add, { question: 'not shown', typed: ` "Bearer ${secret}" \r` })
  expect(added).toMatchObject({ code: 0, shown: expect.stringContaining('Stored as "mine"') })
  const replaced = await typeAt(['providers', 'replace', 'mine'], { question: 'not shown', typed: `${secret}\r` })
  expect(replaced).toMatchObject({ code: 0, shown: expect.stringContaining('Replaced') })
  for (const { shown } of [added, replaced]) {
    // The hint at its end is meant to be seen.
    expect(shown).not.toContain(secret.slice(0, 8))
    expect(shown).not.toContain('Bearer')
  }
  expect(JSON.parse((await keyway('providers', 'test', 'mine', '--json')).stdout)).toMatchObject([
    { check: { outcome: 'valid' } },
  ])
})

test.each([
  ['ctrl-C', '\u0003', 'nothing was changed'],
  ['ctrl-D', '\u0004', 'nothing was changed'],
  ['an empty line', '\r', 'is empty'],
])('%s at that question stores nothing, and is bad usage', async (_what, typed, words) => {
  const left = await typeAt(['providers', 'add', 'together'], { question: 'not shown', typed })
  expect(left).toMatchObject({ code: 2, shown: expect.stringContaining(words) })
  expect(JSON.parse((await keyway('providers', 'list', '--json')).stdout).credentials).not.toContainEqual(
    expect.objectContaining({ provider: 'together' }),
  )
})

test('a server of one\u2019s own may have no key: an empty line says so', async () => {
  const { baseUrl } = simulation.providers.ollama
  const add = ['providers', 'add', 'keyless', '--base-url', baseUrl, '--allow-private']
  const added = await typeAt(add, { question: 'enter alone: none', typed: '\r' })
  expect(added).toMatchObject({ code: 0, shown: expect.stringContaining('Added, without a key.') })
})

test('usage --follow tells of calls as they end, and ends with 0 at ctrl-C', async () => {
  const following = startBin(['usage', '--follow', '--json'], { env: env() })
  const [line, done] = await followed(following)
  expect(JSON.parse(line)).toMatchObject({ model: 'openai/gpt-4o-mini', status: 200, cost: expect.any(Number) })
  following.kill('SIGINT')
  expect(await done()).toMatchObject({ code: 0, stderr: '' })
})

test('usage by key names the keys as people do', async () => {
  await (await call('openai/gpt-4o-mini')).text()
  expect((await keyway('usage', '--by', 'key')).stdout).toMatch(/^me \([0-9a-f]{12}\) +\d/m)
  const { rows } = JSON.parse((await keyway('usage', '--by', 'key', '--json')).stdout)
  expect(rows).toContainEqual(expect.objectContaining({ group: expect.stringMatching(/^[0-9a-f]{64}$/), name: 'me' }))
})

test('users disable shuts somebody out, key and session, within a second, and users reset lets them in again', async () => {
  const owner = appBrowser({ url })
  const token = setupLink.split('#')[1]
  await owner.ask('POST /api/app/setup/password', { body: { token: token ?? '', login: 'sam', password: PASSWORD } })
  const { link } = await owner.ask('POST /api/app/users', { body: { name: 'Ada', role: 'admin' } })
  const ada = appBrowser({ url })
  const invited = { token: link?.split('#')[1] ?? '', login: 'ada', password: PASSWORD }
  await ada.ask('POST /api/app/setup/password', { body: invited })
  const made = await ada.ask('POST /api/app/keys', { body: { name: 'hers' } })
  const known = async () =>
    (await fetch(`${url}/api/v1/key`, { headers: { authorization: `Bearer ${made.plaintext}` } })).status
  expect(await known()).toBe(200)

  const disabled = await keyway('users', 'disable', 'ada')
  expect(disabled).toMatchObject({ code: 0, stdout: expect.stringContaining('Disabled: Ada.') })
  expect(await known()).toBe(401)
  expect((await ada.send('GET /api/app/keys')).status).toBe(401)
  expect((await keyway('users', 'list')).stdout).toMatch(/Ada .*disabled/)
  expect((await fetch(`${url}/api/v1/key`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)

  const reset = await keyway('users', 'reset', 'ada')
  expect(reset).toMatchObject({ code: 0, stdout: expect.stringContaining('/setup#') })
  expect(await known()).toBe(200)
})

test('users disable refuses the last owner, and somebody who is not there', async () => {
  for (const [who, words] of [
    ['owner', 'last owner'],
    ['nobody', 'no such user'],
  ] as const)
    expect(await keyway('users', 'disable', who)).toMatchObject({ code: 1, stderr: expect.stringContaining(words) })
})

test('commands without a server wait for one another, and for a server that is just starting', async () => {
  const elsewhere = { KEYWAY_HOME: join(folder, 'busy') }
  await mkdir(elsewhere.KEYWAY_HOME)
  await chmod(elsewhere.KEYWAY_HOME, 0o777)
  const create = (name: string) => runBin(['keys', 'create', '--name', name, '--json'], { env: elsewhere })
  const starting = startBin(['serve', '--json', '--port', '0'], { env: elsewhere })
  const over = collect(starting)
  try {
    const outcomes = await Promise.all(['one', 'two'].map(create))
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      outcomes.map(() => ({ code: 0, stderr: '' })),
    )
    const { stdout } = await runBin(['keys', 'list', '--json'], { env: elsewhere })
    expect(JSON.parse(stdout)).toHaveLength(2)
  } finally {
    starting.kill('SIGKILL')
    expect((await over).stderr).toContain(`other users may write in ${elsewhere.KEYWAY_HOME}. Run: chmod 700`)
  }
}, 90_000)

test('a server that starts waits for a command that has its home', async () => {
  const elsewhere = { KEYWAY_HOME: join(folder, 'held') }
  await mkdir(elsewhere.KEYWAY_HOME)
  const release = lockHome(elsewhere.KEYWAY_HOME)
  const starting = startBin(['serve', '--json', '--port', '0'], { env: elsewhere })
  const over = collect(starting)
  try {
    const waiting = new Promise<string>((resolve) => starting.stderr?.once('data', (part) => resolve(String(part))))
    expect(await waiting).toContain('Another command is at work in')
    release()
    expect(ready.parse(JSON.parse(await firstLine(starting))).url).toMatch(/^http:/)
  } finally {
    starting.kill('SIGKILL')
    await over
  }
})

test('usage --follow ends with the server, and leaves its home to the next one', async () => {
  const following = startBin(['usage', '--follow', '--json'], { env: env() })
  const [, done] = await followed(following)
  server.kill('SIGTERM')
  await ended
  expect(await done()).toMatchObject({ code: 1, stderr: expect.stringContaining('No server runs') })
})
