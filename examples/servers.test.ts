import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { simulatedOpenRouter, type TestIssuer } from './testing/issuers.ts'
import { type RunningExample, startExample } from './testing/running-example.ts'

const EXAMPLES = ['express/server.js', 'fastify/server.ts', 'hono/server.ts', 'next/serve.ts', 'react/server.ts']

let issuer: TestIssuer
let browser: Browser
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-examples-'))
  issuer = await simulatedOpenRouter()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await issuer.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(EXAMPLES)('%s', (program) => {
  let example: RunningExample
  let keysFolder: string
  beforeAll(async () => {
    issuer.reset()
    keysFolder = join(folder, program.replaceAll('/', '-'))
    const env = { ISSUER: issuer.url, MODELS: issuer.model, KEYS_FOLDER: keysFolder }
    example = await startExample(program, env)
  })
  afterAll(() => example.stop())

  const chat = (init: { headers?: Record<string, string>; body?: string } = {}) =>
    fetch(`${example.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...init.headers },
      body: init.body ?? JSON.stringify({ model: issuer.model, messages: [{ role: 'user', content: 'Hi' }] }),
    })

  test('refuses a chat of nobody, of another site\u2019s page, and one that is too large', async () => {
    expect((await chat()).status).toBe(401)
    expect((await chat({ headers: { origin: 'https://evil.example' } })).status).toBe(403)
    const session = await signIn()
    expect((await chat({ headers: { cookie: session } })).status).toBe(409)
    const large = JSON.stringify({ model: issuer.model, messages: ['x'.repeat(1_010_000)] })
    // Below Fastify's own limit, which would answer first.
    expect((await chat({ headers: { cookie: session }, body: large })).status).toBe(413)
    const callback = await fetch(`${example.url}/connect/callback?code=planted&state=${'A'.repeat(43)}`, {
      redirect: 'manual',
      headers: { cookie: session },
    })
    expect(callback.headers.get('location')).toBe('/?connect=state_mismatch')
    expect(issuer.keys()).toEqual([])
  })

  test('signs in, connects, and streams an answer; the page never sees the key, nor does the disk', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(error.message))
    await page.goto(example.url)
    await page.getByRole('button', { name: 'Sign in to the example' }).click()
    await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
    for (const name of issuer.presses) await page.getByRole('button', { name }).click()
    await page.getByLabel('Message').fill('Hello')
    expect(new URL(page.url()).search).toBe('?connect=done')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.locator('#answer', { hasText: /\w{3}/ }).waitFor()
    const [key = ''] = issuer.keys()
    expect(key).not.toBe('')
    const kept = readdirSync(keysFolder).map((file) => readFileSync(join(keysFolder, file), 'utf8'))
    expect(kept).toHaveLength(1)
    // The first words are shown before the last have come.
    await expect.poll(example.sent).toContain('data: [DONE]')
    for (const text of [...kept, example.sent(), example.said(), page.url()]) expect(text).not.toContain(key)
    expect(troubles).toEqual([])
    await context.close()
  })

  async function signIn(): Promise<string> {
    const response = await fetch(`${example.url}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: new URL(example.url).origin, 'content-type': 'application/x-www-form-urlencoded' },
    })
    return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }
})
