import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A slow machine gets this long to start a browser. Milliseconds. */
const START_MS = 30_000

/** Ends what it starts when whoever started it is gone, however that came. */
const WITH_PARENT = '/usr/bin/setpriv'

/** A program with a folder of its own, which ends with its children and leaves nothing. */
export type Child = {
  readonly folder: string
  /** The first line that the pattern fits, as the pattern's groups. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  stop(): Promise<void>
}

export type ChildOptions = {
  args: (folder: string) => readonly string[]
  env?: (folder: string) => Readonly<Record<string, string>>
  /** Written into the folder before the start. */
  prepare?: (folder: string) => void
}

/** Starts a program in a process group of its own. */
export function startChild(program: string, { args, env = () => ({}), prepare }: ChildOptions): Child {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-engine-'))
  prepare?.(folder)
  const command = existsSync(WITH_PARENT) ? [WITH_PARENT, '--pdeathsig', 'KILL', program] : [program]
  const [first = program, ...rest] = [...command, ...args(folder)]
  const child = spawn(first, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // Nothing of the person's own browser: its home is the folder.
    env: { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: folder, XDG_RUNTIME_DIR: folder, ...env(folder) },
  })
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })
  const kill = () => endGroup(child)
  process.once('exit', kill)
  return {
    folder,
    line: (pattern) => firstLine(program, child, pattern),
    async stop() {
      kill()
      await ended
      process.off('exit', kill)
      // What its children still write while they end is removed too.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Already gone is as good.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function firstLine(program: string, child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    const fail = (why: string) => reject(new Error(`${program} ${why}\n${said.join('\n')}`))
    const timer = setTimeout(() => fail('did not start in time'), START_MS)
    child.on('error', (error) => fail(`cannot be started: ${error.message}`))
    child.on('close', (code) => fail(`ended with ${code}`))
    for (const stream of child.stdio.slice(1)) {
      if (stream === null || stream === undefined) continue
      createInterface({ input: stream as Readable }).on('line', (line) => {
        said.push(line)
        const found = pattern.exec(line)
        if (found === null) return
        clearTimeout(timer)
        resolve(found)
      })
    }
  })
}
