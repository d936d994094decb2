import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { exchange, openExchange } from './raw-exchange.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

/** Starts main.ts and gives the process and the first line it prints. */
async function start(...args: string[]): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout ?? child, 'data')
  return { child, line: String(line) }
}

test('a port that is none is refused with exit code 2', async () => {
  const child = spawn(process.execPath, [MAIN, '--port', 'seven'], { stdio: 'ignore' })
  expect((await once(child, 'exit'))[0]).toBe(2)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'it prints one JSON line and ends by itself on %s, even with a call in its hands',
  async (signal) => {
    const { child, line } = await start()
    const { providers, openrouter } = JSON.parse(line)
    expect(line.endsWith('}\n')).toBe(true)
    expect(openrouter).toMatchObject({ key: providers.openrouter.key, managementKey: expect.any(String) })
    const { baseUrl, key } = providers.sim
    expect((await exchange({ url: `${baseUrl}/models`, key })).status).toBe(200)
    const stalled = openExchange({
      url: `${baseUrl}/chat/completions`,
      key,
      body: { model: 'timeout', messages: [{ role: 'user', content: 'x' }] },
    })
    stalled.on('error', () => stalled.destroy())
    await once(stalled, 'connect')
    child.kill(signal)
    expect((await once(child, 'exit'))[0]).toBe(0)
  },
)
