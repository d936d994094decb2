import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { collect, firstLine, type Outcome, runBin, startBin } from './test-bin.ts'

const announced = z.strictObject({
  url: z.string(),
  signInUrl: z.string(),
  key: z.string(),
  managementKey: z.string(),
  providers: z.record(z.string(), z.url()),
})

let temporary: string
let demo: ChildProcess
let ended: Promise<Outcome>
let ready: z.output<typeof announced>

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'keyway-demo-test-'))
  const env = { TMPDIR: temporary, OPENAI_API_KEY: 'sk-real-canary', KEYWAY_HOME: join(temporary, 'real') }
  demo = startBin(['demo', '--json', '--port', '0'], { env })
  ended = collect(demo)
  ready = announced.parse(JSON.parse(await firstLine(demo)))
})

afterAll(async () => {
  demo.kill('SIGKILL')
  await ended
  await rm(temporary, { recursive: true, force: true })
})

async function ask(model: string, key = ready.key): Promise<Response> {
  return fetch(`${ready.url}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  })
}

test('--home is refused: the demo has its own', async () => {
  expect((await runBin(['demo', '--home', temporary])).code).toBe(2)
})

test('the sign-in link is of the web app, for a sample owner, and lets in once', async () => {
  expect(ready.signInUrl).toMatch(/^http:\/\/localhost:\d+\/setup#[0-9A-Za-z]{43}$/)
  const token = ready.signInUrl.split('#')[1] ?? ''
  const headers = { origin: ready.url, 'content-type': 'application/json' }
  const enter = () =>
    fetch(`${ready.url}/api/app/setup/this-machine`, { method: 'POST', headers, body: JSON.stringify({ token }) })
  const first = await enter()
  expect([first.status, await first.json()]).toMatchObject([200, { user: { name: 'Sam Sample' } }])
  expect((await enter()).status).toBe(404)
  const state = await (await fetch(`${ready.url}/api/app/state`)).json()
  expect(state).toMatchObject({ demo: true, setup: 'done', connect: { openrouter: true, flow: 'page' } })
})

test('models of the real world answer, simulated', async () => {
  const response = await ask('openai/gpt-4o-mini')
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('simulated')])
})

test('models for trouble make it', async () => {
  expect((await ask('sim/chat')).status).toBe(200)
  expect((await ask('sim/429')).status).toBe(429)
  expect((await ask('sim/error-first')).status).toBeGreaterThanOrEqual(500)
})

test('the management key manages, and cannot call models', async () => {
  const headers = { authorization: `Bearer ${ready.managementKey}` }
  expect((await fetch(`${ready.url}/api/v1/keys`, { headers })).status).toBe(200)
  expect((await ask('sim/chat', ready.managementKey)).status).toBe(403)
})

test('ctrl-C ends it with 0 after one line, and leaves nothing behind', async () => {
  expect(await readdir(temporary)).toEqual([expect.stringMatching(/^keyway-demo-/)])
  demo.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect([code, stdout.split('\n')]).toEqual([0, [expect.any(String), '']])
  expect(stdout + stderr).not.toContain('canary')
  expect(await readdir(temporary)).toEqual([])
})

async function startDemo(): Promise<{ child: ChildProcess; outcome: Promise<Outcome>; url: string; key: string }> {
  const child = startBin(['demo', '--json', '--port', '0'], { env: { TMPDIR: temporary } })
  const outcome = collect(child)
  const { url, key } = announced.parse(JSON.parse(await firstLine(child)))
  return { child, outcome, url, key }
}

/** A stream that takes minutes, once its first event is there. */
async function beginStream(of: { url: string; key: string }): Promise<Response> {
  const response = await fetch(`${of.url}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${of.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'sim/slow',
      stream: true,
      messages: [{ role: 'user', content: 'write 500 words' }],
    }),
  })
  expect(response.status).toBe(200)
  return response
}

test('a second SIGTERM ends what still streams, with an error event, and the demo with 0', async () => {
  const { child, outcome, ...of } = await startDemo()
  const stream = await beginStream(of)
  const stopping = new Promise((resolve) => child.stderr?.once('data', resolve))
  child.kill('SIGTERM')
  await stopping
  child.kill('SIGTERM')
  expect(await stream.text()).toMatch(/"finish_reason":"error"/)
  const { code, stderr } = await outcome
  expect([code, stderr]).toEqual([0, 'Stopping; nothing is left behind.\n'])
  expect(await readdir(temporary)).toEqual([])
})

test('a third one ends it on the spot, and leaves nothing behind all the same', async () => {
  const { child, outcome, ...of } = await startDemo()
  const stream = await beginStream(of)
  const stopping = new Promise((resolve) => child.stderr?.once('data', resolve))
  child.kill('SIGTERM')
  await stopping
  // Two of one kind could arrive as one.
  child.kill('SIGTERM')
  child.kill('SIGINT')
  expect([130, 143]).toContain((await outcome).code)
  await stream.text().catch(() => 'cut off')
  expect(await readdir(temporary)).toEqual([])
})
