import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'

/** The gateway has a core to itself; load and mock share the other. On one core nobody is bound. */
export type Core = 'gateway' | 'load'

export type Child = {
  pid: number
  process: ChildProcess
  /** The next line of its stdout. @throws Error with the end of its stderr when it ends first */
  line(): Promise<string>
  /** SIGTERM, then SIGKILL after five seconds. Resolves when it is gone. */
  stop(): Promise<void>
}

const STOP_PATIENCE_MS = 5000
const TASKSET = '/usr/bin/taskset'
const PRLIMIT = '/usr/bin/prlimit'

/** Open files a gateway needs for 10,000 streams: two each, and some. */
const FILES = 65_536

/** Starts a program with a small environment of its own: no provider's key of the caller gets into a bench. */
export function startChild(
  command: readonly string[],
  given: { core: Core; env?: Record<string, string>; cwd?: string },
): Child {
  const [program = '', ...args] = [...moreFiles(), ...onCore(given.core), ...command]
  const child = spawn(program, args, {
    cwd: given.cwd ?? process.cwd(),
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', NODE_ENV: 'production', ...given.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000)
  })
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', (error) => {
      complaint += error.message
      resolve()
    })
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    pid: child.pid ?? 0,
    process: child,
    async line() {
      const next = await lines.next()
      if (next.done) throw new Error(`${command.join(' ')} ended: ${complaint.trim()}`)
      return next.value
    },
    async stop() {
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
      await gone
      clearTimeout(killer)
    },
  }
}

function onCore(core: Core): string[] {
  return cpus().length > 1 && existsSync(TASKSET) ? [TASKSET, '-c', core === 'gateway' ? '0' : '1'] : []
}

/** Where the hard limit may not be raised, streams beyond it show up as errors in the table. */
function moreFiles(): string[] {
  const raise = [PRLIMIT, `--nofile=${FILES}`]
  return spawnSync(PRLIMIT, [`--nofile=${FILES}`, 'true']).status === 0 ? raise : []
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Polls until it answers below 500. @returns milliseconds that took. @throws Error after `patienceMs` */
export async function untilAnswers(url: string, patienceMs: number): Promise<number> {
  const begin = performance.now()
  for (;;) {
    const answered = await fetch(url).then(
      (response) => response.arrayBuffer().then(() => response.status < 500),
      () => false,
    )
    const elapsed = performance.now() - begin
    if (answered) return elapsed
    if (elapsed > patienceMs) throw new Error(`${url} did not answer within ${patienceMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
