import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSealingSecret } from '../packages/connect/src/store/index.ts'
import { simulatedOpenRouter } from './testing/issuers.ts'

const PROGRAM = fileURLToPath(new URL('cli/chat.ts', import.meta.url))

let issuer: Awaited<ReturnType<typeof simulatedOpenRouter>>
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-example-cli-'))
  issuer = await simulatedOpenRouter()
  issuer.simulation.openrouter.account.consent = 'approve'
})
afterAll(async () => {
  await issuer.close()
  rmSync(folder, { recursive: true, force: true })
})

const secret = newSealingSecret()

/** Runs the program; the address that it shows is opened as a browser would. */
async function run(): Promise<{ out: string; said: string; opened: number }> {
  const env = { ISSUER: issuer.url, MODELS: issuer.model, KEYS_FOLDER: folder, SEAL_SECRET: secret, PATH: '' }
  const child = spawn(process.execPath, [PROGRAM, 'Why?'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, said, opened] = ['', '', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const url = /^http\S+$/m.exec(said)?.[0]
    if (url === undefined || opened > 0) return
    opened += 1
    void fetch(url).then((response) => response.text())
  })
  const [code] = await once(child, 'close')
  expect(code, said).toBe(0)
  return { out, said, opened }
}

test('the terminal connects once, keeps the key sealed, and streams an answer; the second time it only asks', async () => {
  const first = await run()
  const second = await run()
  expect([first.opened, second.opened]).toEqual([1, 0])
  expect(second.out.trim().length).toBeGreaterThan(3)
  const [key = ''] = issuer.keys()
  expect(issuer.keys()).toHaveLength(1)
  const [file = ''] = readdirSync(join(folder, 'cli'))
  for (const text of [first.out, first.said, second.said, readFileSync(join(folder, 'cli', file), 'utf8')]) {
    expect(text).not.toContain(key)
  }
})
