import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/keyway.js', import.meta.url))

/** What a finished command left. */
export type Outcome = { code: number | null; stdout: string; stderr: string }

/** How a command is started. The environment is given whole: nothing of the machine's own reaches it. */
export type BinOptions = { env?: Record<string, string>; cwd?: string; stdin?: string }

/** Starts the real program. */
export function startBin(args: readonly string[], options: BinOptions = {}): ChildProcess {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', KEYWAY_CATALOGUE__REFRESH: 'false', ...options.env }
  return spawn(process.execPath, [BIN, ...args], { env, cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Starts the real program as npm does: by a shell, which stays between. */
export function startByNpm(args: readonly string[], options: Pick<BinOptions, 'env'> = {}): ChildProcess {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', npm_lifecycle_event: 'start', ...options.env }
  return spawn('sh', ['-c', '"$0" "$@"; exit $?', process.execPath, BIN, ...args], { env })
}

/**
 * Starts the real program at a terminal of its own, as a person has one: what is written to its input is typed, and what
 * the terminal shows, echo included, comes out. By `script`, which Debian and macOS bring along.
 */
export function startAtTerminal(args: readonly string[], options: Pick<BinOptions, 'env'> = {}): ChildProcess {
  // A test that wants a browser to be opened says by what.
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', TERM: 'xterm', KEYWAY_OPEN: 'off', ...options.env }
  const command = [process.execPath, BIN, ...args]
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const words = process.platform === 'darwin' ? ['-q', '/dev/null', ...command] : ['-qefc', quoted, '/dev/null']
  return spawn('script', words, { env, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Runs the real program to its end. */
export async function runBin(args: readonly string[], options: BinOptions = {}): Promise<Outcome> {
  const child = startBin(args, options)
  const outcome = collect(child)
  child.stdin?.end(options.stdin ?? '')
  return outcome
}

/** Everything that it writes, and how it ends. */
export async function collect(child: ChildProcess): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (part: Buffer) => {
    stdout += part.toString()
  })
  child.stderr?.on('data', (part: Buffer) => {
    stderr += part.toString()
  })
  const [code] = await once(child, 'close')
  return { code: typeof code === 'number' ? code : null, stdout, stderr }
}

/** The first line on its standard output. @throws Error when it ends without one */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const part of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(part)
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
  }
  throw new Error('it ended without a line')
}
