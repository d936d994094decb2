import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Simulation } from '@keyway/sim'
import { demoSetup } from '../../cli/demo-setup.ts'

/** How a process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null }

/** A real `keyway serve` in a process of its own. */
export type ServerProcess = {
  url: string
  pid: number
  /** Everything it has written so far, to both of its outputs. */
  output(): string
  exited: Promise<Exit>
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit>
  signal(signal: NodeJS.Signals): void
}

/** A process with everything loaded that has not opened its home yet. */
export type StandbyServer = {
  /** Opens the home. Resolves when it listens. @throws Error with what it wrote, when it ends instead */
  serve(): Promise<ServerProcess>
  /** For one that is not needed any more. */
  discard(): Promise<void>
}

export type ServerPlace = {
  env: Record<string, string>
  /** Words before the program: a tracer and its options. */
  wrapper?: readonly string[]
}

const CHILD = fileURLToPath(new URL('./serve-child.ts', import.meta.url))
/** What bin/keyway.js begins a server with: its memory is measured as a user's would be. */
const LAUNCHER_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=60'] as const
const LAUNCHER_ENV = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' } as const
/** Type-stripped sources are kept here between starts. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../../../node_modules/.cache/keyway-proof', import.meta.url))

/** The environment of a server before simulated providers, and nothing of this process's own. */
export function serverEnv(
  home: string,
  simulation: Simulation,
  extra: Record<string, string> = {},
): Record<string, string> {
  const setup = demoSetup(simulation.providers)
  return {
    ...setup.env,
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    KEYWAY_HOME: home,
    KEYWAY_PORT: '0',
    KEYWAY_PROVIDERS: JSON.stringify(setup.providers),
    KEYWAY_CATALOGUE__REFRESH: 'false',
    KEYWAY_LOG__LEVEL: 'error',
    ...extra,
  }
}

/** Starts a process that loads everything and waits. */
export function standBy({ env, wrapper = [] }: ServerPlace): StandbyServer {
  const [program = process.execPath, ...words] = [...wrapper, process.execPath, ...LAUNCHER_FLAGS, CHILD]
  const child = spawn(program, words, { env: { ...LAUNCHER_ENV, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const exited = exitOf(child)
  let out = ''
  let err = ''
  let onLine: (() => void) | undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (out.includes('\n')) onLine?.()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  // The pipe of a process that was killed is no error of ours.
  child.stdin.on('error', () => undefined)
  return {
    async serve() {
      const listening = new Promise<void>((resolve) => {
        onLine = resolve
      })
      child.stdin.write('["serve","--json"]\n')
      const ended = await Promise.race([listening.then(() => undefined), exited])
      if (ended !== undefined) throw new Error(`keyway serve ended with ${ended.code ?? ended.signal}: ${err || out}`)
      const said: { url: string } = JSON.parse(out.slice(0, out.indexOf('\n')))
      return {
        url: said.url.replace('localhost', '127.0.0.1'),
        pid: child.pid ?? 0,
        output: () => out + err,
        exited,
        signal: (signal) => void child.kill(signal),
        end(signal) {
          child.kill(signal)
          return exited
        },
      }
    },
    async discard() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Starts a server and waits until it listens. */
export function startServerProcess(place: ServerPlace): Promise<ServerProcess> {
  return standBy(place).serve()
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}
