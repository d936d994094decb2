import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowserConnect } from '../packages/connect/src/browser.ts'
import { connectHeadless } from '../packages/connect/src/headless.ts'
import { makePage } from '../packages/connect/src/testing/made-page.ts'
import { type AppFlow, appFlow } from '../packages/server/src/testing/app-flow.ts'
import { type Rig, startRig } from '../packages/server/src/testing/rig.ts'
import { startExample } from './testing/running-example.ts'

const SERVERS = ['express/server.js', 'fastify/server.ts', 'hono/server.ts', 'next/serve.ts', 'react/server.ts']
const MODEL = 'openai/gpt-4.1'
const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0

let rig: Rig
let person: AppFlow
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-examples-'))
  rig = await startRig()
  person = await appFlow(rig)
})
afterAll(async () => {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The person allows what the address asks for: where the browser goes then, or the code that is shown. */
async function allow(url: string): Promise<{ callback: string; code: string }> {
  expect(url.startsWith(`${rig.url}/auth?`)).toBe(true)
  const decided = await person.allow(await person.begin(new URL(url).search.slice(1)))
  return { callback: decided.redirect_url ?? '', code: decided.code ?? '' }
}

const environment = (name: string) => ({
  ISSUER: rig.url,
  MODELS: MODEL,
  KEYS_FOLDER: join(folder, name.replaceAll('/', '-')),
})

describe('against Keyway', () => {
  test.each(SERVERS)(
    '%s signs in, connects, and streams an answer; nothing that it sends holds the key',
    async (program) => {
      const env = environment(program)
      const example = await startExample(program, env)
      try {
        const jar = new Map<string, string>()
        const go = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
          const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
          const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) }
          const response = await fetch(new URL(path, example.url), { redirect: 'manual', ...init, headers })
          for (const line of response.headers.getSetCookie()) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
            if (line.includes('Max-Age=0')) jar.delete(name)
            else jar.set(name, value)
          }
          return response
        }
        const form = { origin: example.url, 'content-type': 'application/x-www-form-urlencoded' }
        await go('/sign-in', { method: 'POST', headers: form })
        const started = await go('/connect/start?return_to=%2F', { method: 'POST', headers: form })
        const { callback } = await allow(started.headers.get('location') ?? '')
        expect(new URL(callback).searchParams.get('iss')).toBe(rig.url)
        const ended = await go(callback)
        expect(ended.headers.get('location')).toBe('/?connect=done')
        const answer = await go('/api/chat', {
          method: 'POST',
          headers: { origin: example.url, 'content-type': 'application/json' },
          body: JSON.stringify({ model: MODEL, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
        })
        const text = await answer.text()
        expect(answer.status, text).toBe(200)
        expect(text).toContain('data: [DONE]')
        const [file = ''] = readdirSync(env.KEYS_FOLDER)
        const shown = [example.sent(), example.said(), readFileSync(join(env.KEYS_FOLDER, file), 'utf8')].join()
        expect(shown).not.toMatch(/kwy_k1_/)
      } finally {
        await example.stop()
      }
    },
  )

  test('the terminal connects by its listener, and asks', async () => {
    const program = fileURLToPath(new URL('cli/chat.ts', import.meta.url))
    const env = { ...environment('cli'), PATH: '' }
    const child = spawn(process.execPath, [program, 'Why?'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const closed = once(child, 'close')
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part
    })
    for await (const line of createInterface({ input: child.stderr })) {
      if (!line.startsWith('http')) continue
      await (await fetch((await allow(line)).callback)).text()
      break
    }
    const [code] = await closed
    expect([code, out.trim().length > 3, out.includes('kwy_k1_')]).toEqual([0, true, false])
  })

  test('the Streamlit example takes the code that is shown, and asks about a file', async () => {
    if (!hasPython) return
    const program = `
import os, connect_openrouter as c
pending = c.begin(os.environ["ISSUER"], "Streamlit", "1.00")
print(pending.url, flush=True)
key = c.finish(pending, input())
model = os.environ["MODELS"]
print("".join(c.ask_about(pending.issuer, key, model=model, models=(model,), text="Blue.", question="?")))`
    const child = spawn('python3', ['-c', program], {
      cwd: fileURLToPath(new URL('streamlit/', import.meta.url)),
      env: { ...process.env, ...environment('streamlit'), PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const closed = once(child, 'close')
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (lines.length === 1) child.stdin.end(`${(await allow(line)).code}\n`)
    }
    const [code] = await closed
    expect(code).toBe(0)
    expect(lines.slice(1).join(' ').length).toBeGreaterThan(3)
  })

  test('a page alone connects; an answer that names another issuer is refused before anything is asked', async () => {
    const page = makePage('http://localhost:5173/app')
    const asked: string[] = []
    const load = () =>
      createBrowserConnect({
        issuer: rig.url,
        page,
        fetch: (url, init) => {
          asked.push(url)
          return fetch(url, init)
        },
      })
    await load().start()
    const mixed = new URL((await allow(page.left[0] ?? '')).callback)
    mixed.searchParams.set('iss', 'https://openrouter.ai')
    page.load(mixed.href)
    await expect(load().finish()).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(asked).toEqual([])
    page.load('http://localhost:5173/app')
    await load().start()
    page.load((await allow(page.left[1] ?? '')).callback)
    expect((await load().finish())?.key).toMatch(/^kwy_k1_/)
    expect(page.location.href).toBe('http://localhost:5173/app')
  })

  test('without a browser the code that is shown brings a key that works', async () => {
    let shown = ''
    const { key } = await connectHeadless({
      issuer: rig.url,
      show: (url) => {
        shown = url
      },
      ask: async () => (await allow(shown)).code,
    })
    expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
  })
})
