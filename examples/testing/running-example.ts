import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const EXAMPLES = fileURLToPath(new URL('../', import.meta.url))
const START_MS = 20_000

/** An example that runs as a user starts it. */
export type RunningExample = {
  url: string
  /** All that it wrote to its terminal. */
  said(): string
  /** All that it sent to browsers, heads and bodies. */
  sent(): string
  stop(): Promise<void>
}

/** Starts a server example. @param env beside PATH and PORT. @throws Error with what it said, when it does not listen */
export async function startExample(program: string, env: Record<string, string>): Promise<RunningExample> {
  const port = await freePort()
  const wire = await openWire(port)
  const child = spawn(process.execPath, [EXAMPLES + program], {
    env: { PATH: process.env['PATH'], PORT: String(port), PUBLIC_URL: wire.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    once(lines, 'line').then(([first]) => String(first)),
    closed.then(() => undefined),
    late(START_MS),
  ])
  const url = /^Listening on (\S+)/.exec(line ?? '')?.[1]
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
    wire.close()
  }
  if (url === undefined) {
    await stop()
    throw new Error(`${program} did not listen: ${said}`)
  }
  return { url, said: () => said, sent: wire.sent, stop }
}

/** What stands before an example and hears all that it sends. */
async function openWire(port: number): Promise<{ url: string; sent(): string; close(): void }> {
  const parts: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((browser) => {
    const example = connect(port, 'localhost')
    for (const socket of [browser, example]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    }
    example.on('data', (part) => parts.push(part))
    browser.pipe(example).pipe(browser)
    example.on('close', () => browser.destroySoon())
    browser.on('close', () => example.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  return {
    url: `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`,
    sent: () => Buffer.concat(parts).toString('latin1'),
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

async function late(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref()
  })
}

/** A port that was free a moment ago: the example has to know its own address before it listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
