import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { setupTokenHash } from '../accounts/setup-token.ts'
import type { Clock } from '../base/clock.ts'
import { isLoopback } from '../config/bind.ts'
import type { Config } from '../config/schema.ts'
import type { Store } from '../store/store.ts'
import { type Opener, openerEnvironment, openerFor } from './browser-opener.ts'
import type { Context } from './context.ts'
import { type SetupFile, setupFilePath, writeSetupFile } from './setup-file.ts'

/** How often it is asked whether the link is used up, and its file of no use any more. Milliseconds. */
const LOOK_MS = 1_000

/** What opens the browser of the person at this terminal; undefined where they did not want it or could not see it. */
export function setupOpener(config: Config, context: Context): Opener | undefined {
  const { env, place, terminal } = context
  // On another machine the link is for the browser of whoever reads it.
  const here = isLoopback(config.host) && (config.public_url === undefined || isLoopback(hostOf(config.public_url)))
  if (!config.open || !here) return undefined
  return openerFor({ env, platform: place.platform, atTerminal: terminal.attended })
}

function hostOf(url: string): string {
  return new URL(url).hostname
}

/** A browser that was asked to open a link. */
export type OpenedSetup = {
  /** Takes away what led it there. */
  end(): Promise<void>
}

/**
 * Opens a one-time link in the browser. It goes there by a file that is taken away as soon as the link is used up, too old or
 * replaced. What goes wrong is a line: the link has been printed in any case.
 */
export async function openSetup(
  link: string,
  opener: Opener,
  of: { home: string; context: Context; store: Pick<Store, 'findSetupToken'>; clock: Clock },
): Promise<OpenedSetup> {
  const { home, context, store, clock } = of
  const noteFailure = (what: string) => context.terminal.note(`${what}: open the link above yourself.`)
  let file: SetupFile
  try {
    file = await writeSetupFile(setupFilePath(home, context.place), link)
  } catch (error) {
    noteFailure(`No file could be written for the browser (${error instanceof Error ? error.message : error})`)
    return { end: async () => undefined }
  }
  process.once('exit', file.removeNow)
  const ended = new AbortController()
  const timer = setInterval(() => {
    look().catch((error: Error) => {
      clearInterval(timer)
      context.terminal.note(`${file.path} is of no use any more, and was left: ${error.message}`)
    })
  }, LOOK_MS).unref()
  async function end(): Promise<void> {
    clearInterval(timer)
    ended.abort()
    process.off('exit', file.removeNow)
    await file.remove()
  }
  async function look(): Promise<void> {
    const known = setupTokenHash(link.split('#')[1] ?? '')
    if (known === undefined || (await store.findSetupToken(known, clock.now())) === undefined) await end()
  }
  const failed = (why: string) => {
    if (!ended.signal.aborted) noteFailure(`The browser did not open (${why})`)
  }
  await start(opener, file.path, { env: openerEnvironment(context.env), failed })
  return { end }
}

async function start(
  { program, paths, exitCode }: Opener,
  path: string,
  { env, failed }: { env: Record<string, string>; failed: (why: string) => void },
): Promise<void> {
  try {
    const shown = paths === 'own' ? path : (await promisify(execFile)('wslpath', ['-w', path])).stdout.trim()
    // In a session of its own, so that a ctrl-C here is none there; and by no shell, which could read the path as more.
    const child = spawn(program, [shown], { env, detached: true, stdio: 'ignore' })
    child.on('error', ({ message }) => failed(message))
    child.on('exit', (code) => {
      if (code !== 0 && code !== null && exitCode === 'tells') failed(`${program} ended with ${code}`)
    })
    child.unref()
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error))
  }
}
