import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { simulatedOpenRouter } from './testing/issuers.ts'

const FOLDER = fileURLToPath(new URL('streamlit/', import.meta.url))
/** Machines without Python run the rest. */
const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0

let issuer: Awaited<ReturnType<typeof simulatedOpenRouter>>
beforeAll(async () => {
  issuer = await simulatedOpenRouter()
  issuer.simulation.openrouter.account.consent = 'approve'
})
afterAll(() => issuer.close())

async function python(args: string[]): Promise<{ code: unknown; said: string }> {
  const env = { ...process.env, ISSUER: issuer.url, MODELS: issuer.model, PYTHONDONTWRITEBYTECODE: '1' }
  const child = spawn('python3', args, { cwd: FOLDER, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, said }
}

test('the Streamlit example connects and asks about a file, and its page is sound Python', async () => {
  if (!hasPython) return
  const { code, said } = await python(['-m', 'unittest', '-v'])
  expect(code, said).toBe(0)
  expect(said).toMatch(/Ran 8 tests/)
  expect(issuer.keys()).toHaveLength(1)
  const compile = `compile(open('app.py').read(), 'app.py', 'exec')`
  expect(await python(['-c', compile])).toEqual({ code: 0, said: '' })
})
