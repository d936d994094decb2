import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How programs are started: where, and with which environment and nothing else of ours. */
export type Place = { folder: string; env: Record<string, string> }

/** A server that was started as a user starts it. */
export type RunningKeyway = {
  url: string
  /** Everything it said on stderr so far. */
  complaints(): string
  /** Asks it to stop as ctrl-C does, and waits until it and all that it started are gone. */
  stop(): Promise<void>
}

/** Nothing listens there: whatever would leave this machine fails at once, and tests stay on loopback. */
export const NO_INTERNET = { HTTPS_PROXY: 'http://127.0.0.1:1' } as const

/** The server announces itself well within a second; a loaded machine gets this long. */
const START_MS = 30_000

/**
 * Starts a server whose first line on stdout is the JSON of `serve --json`.
 * @throws Error with what it said, when it ends or is silent instead
 */
export async function startKeyway(command: readonly string[], place: Place): Promise<RunningKeyway> {
  const child = start(command, place)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const first = await firstLine(child, closed)
  const url = first === undefined ? undefined : urlIn(first)
  if (url === undefined) {
    endGroup(child, 'SIGKILL')
    throw new Error(`${command.join(' ')} did not start: ${first ?? ''}\n${said}`)
  }
  return {
    url,
    complaints: () => said,
    async stop() {
      endGroup(child, 'SIGINT')
      await closed
    },
  }
}

/** A server's own models are known when that server was asked, which happens after the start. @throws Error when they are not listed in time */
export async function untilListed(url: string, { key, model }: { key: string; model: string }): Promise<void> {
  for (const end = performance.now() + START_MS; performance.now() < end; ) {
    const response = await fetch(`${url}/api/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    if ((await response.text()).includes(`"${model}"`)) return
  }
  throw new Error(`${model} was not listed within ${START_MS} ms`)
}

/** Runs a program to its end. @returns its stdout. @throws Error with both outputs when it fails */
export function runToEnd(command: readonly string[], place: Place): Promise<string> {
  const child = start(command, place)
  child.stdin?.end()
  let out = ''
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(`${command.join(' ')} ended with ${code}\n${out}\n${said}`))
    })
  })
}

/** In a process group of its own, so that a signal reaches what npx and shells start, as ctrl-C does. */
function start([program = '', ...args]: readonly string[], { folder, env }: Place): ChildProcess {
  return spawn(program, args, { cwd: folder, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
}

async function firstLine(child: ChildProcess, closed: Promise<void>): Promise<string | undefined> {
  if (child.stdout === null) return undefined
  const lines = createInterface({ input: child.stdout })
  const line = new Promise<string>((resolve) => lines.once('line', resolve))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), START_MS)
  })
  const first = await Promise.race([line, closed.then(() => undefined), late])
  clearTimeout(timer)
  return first
}

function urlIn(line: string): string | undefined {
  const value: unknown = line.startsWith('{') ? JSON.parse(line) : undefined
  return typeof value === 'object' && value !== null && 'url' in value ? String(value.url) : undefined
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal)
}
