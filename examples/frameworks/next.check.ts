import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSealingSecret } from '../../packages/connect/src/store/index.ts'
import { approve as approveAt } from '../../packages/connect/src/testing/approve.ts'
import { appFlow } from '../../packages/server/src/testing/app-flow.ts'
import { type Rig, startRig } from '../../packages/server/src/testing/rig.ts'
import { connectAndChat } from '../testing/connect-and-chat.ts'
import { freePort } from '../testing/running-example.ts'

// The Next.js example in a real app of Next.js, built and started as people do. scripts/test-frameworks.ts makes the app and
// says where it is.

const APP = process.env['KEYWAY_NEXT_APP'] ?? ''
const NEXT = ['../node_modules/next/dist/bin/next']
const MODEL = 'openai/gpt-4.1'

let rig: Rig
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-next-'))
  rig = await startRig()
  rig.simulation.openrouter.account.consent = 'approve'
})
afterAll(async () => {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the app that was built. */
async function start(issuer: string, keys: string) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: String(port),
    PUBLIC_URL: url,
    ISSUER: issuer,
    MODELS: MODEL,
    KEYS_FOLDER: keys,
    // Every route has modules of its own, which have to open what the others sealed.
    SEAL_SECRET: newSealingSecret(),
  }
  const child = spawn(process.execPath, [...NEXT, 'start', '-p', String(port)], {
    cwd: APP,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  let said = ''
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`
    if (/Ready in/.test(line)) break
  }
  child.stdout.resume()
  const stop = async () => {
    child.kill()
    await closed
  }
  if (child.exitCode !== null) throw new Error(`Next.js did not start: ${said}`)
  return { url, stop }
}

async function allow(url: string): Promise<string> {
  const person = await appFlow(rig)
  return (await person.allow(await person.begin(new URL(url).search.slice(1)))).redirect_url ?? ''
}

test.each([
  ['the simulated OpenRouter', () => rig.simulation.openrouter.siteUrl, approveAt],
  ['Keyway', () => rig.url, allow],
])('an app of Next.js signs in, connects to %s, and streams an answer', async (name, issuer, approve) => {
  const keys = join(folder, name.replaceAll(' ', '-'))
  const app = await start(issuer(), keys)
  try {
    const { ended, answer } = await connectAndChat(app.url, { approve, model: MODEL })
    expect(ended).toBe('/?connect=done')
    expect([answer.status, answer.text.includes('data: [DONE]')]).toEqual([200, true])
    const [file = ''] = readdirSync(keys)
    expect(answer.text + readFileSync(join(keys, file), 'utf8')).not.toMatch(/kwy_k1_|sk-or-/)
  } finally {
    await app.stop()
  }
})
