import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { COMMANDS } from './commands/all.ts'
import { type Context, processPlace } from './context.ts'
import { FailedError } from './failed-error.ts'
import { helpLines } from './help.ts'
import { messageOf } from './message-of.ts'
import { parseCommand } from './parse-command.ts'
import { printable } from './table.ts'
import { processTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** The exit codes: everything is done; it failed; it was asked for in a wrong way. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const

/**
 * The command line. Results go to standard output, everything else to standard error.
 * @param argv the words after `keyway`
 * @returns the exit code: 0 done, 1 failed, 2 bad usage
 */
export async function main(argv: string[]): Promise<number> {
  const terminal = processTerminal(process.env)
  // Whoever reads our output may stop reading (`| head`); that is no error of theirs or ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(EXIT.done)
  })
  try {
    const version = await readVersion()
    const request = parseCommand(argv, COMMANDS)
    if (request.kind === 'version') terminal.print(version)
    else if (request.kind === 'help')
      for (const line of helpLines(request.topic, COMMANDS, terminal)) terminal.print(line)
    else {
      const context: Context = { terminal, env: process.env, place: processPlace(), version }
      await request.command.run(request.call, context)
    }
    return EXIT.done
  } catch (error) {
    if (error instanceof FailedError) return EXIT.failed
    report(error, argv.includes('--json') ? 'json' : 'text')
    return error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

/** Tells what is wrong and what to do, on standard error. */
function report(error: unknown, form: 'json' | 'text'): void {
  const { detail, fix } = messageOf(error)
  if (form === 'json') {
    const code = error instanceof UsageError ? 'usage' : error instanceof KeywayError ? error.code : 'failed'
    process.stderr.write(`${JSON.stringify({ error: { code, message: detail, fix } })}\n`)
    return
  }
  const lines = detail.split('\n').map(printable)
  process.stderr.write(`keyway: ${lines.join('\n')}\n${fix === null ? '' : `  ${printable(fix)}\n`}`)
}

const manifest = z.object({ version: z.string() })

/** The package's version; its manifest is one folder above the sources, and above what is built of them. */
async function readVersion(): Promise<string> {
  for (const path of ['../../package.json', '../package.json']) {
    const text = await readFile(new URL(path, import.meta.url), 'utf8').catch(() => undefined)
    if (text !== undefined) return manifest.parse(JSON.parse(text)).version
  }
  throw new Error('package.json is missing beside the program')
}
