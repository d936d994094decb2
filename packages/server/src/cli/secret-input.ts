import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { absolutePath } from '../config/home.ts'
import type { Call, OptionSpec } from './command.ts'
import type { Context } from './context.ts'
import { UsageError } from './usage-error.ts'

/** Options of every command that takes a secret. */
export const SECRET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  'key-stdin': { about: 'Read the key from standard input.' },
  'key-ref': {
    value: 'env:NAME|file:PATH',
    about: 'Keep a reference instead of the key; it is read whenever it is used.',
  },
  key: {
    value: 'refused',
    about: 'Refused: what stands in a command line is seen by every process and kept in the history of the shell.',
  },
}

/** Said where a word too many, or `--key`, may be a secret. */
export const NOT_IN_ARGV =
  'A key does not belong on the command line: every process can read it there, and the shell keeps it in its history.'

/** The ways that a key can be given. */
export const SECRET_WAYS =
  'Run without a key to be asked for it, or pipe it in with --key-stdin, or name its place with --key-ref env:NAME or file:PATH.'

/** Most bytes of a key that are read; the vault takes 8192 characters. */
const SECRET_BYTES_MAX = 65_536

/**
 * The secret as the person gives it: a reference, standard input, or a prompt that shows nothing.
 * @param of.need 'offered': whoever sits at a terminal is asked, and may say that there is none; 'optional': nobody is asked
 * @returns an empty object when there is none
 * @throws UsageError for a key in the command line, or none at all
 */
export async function readSecret(
  call: Call,
  context: Context,
  { prompt, need }: { prompt: string; need: 'required' | 'offered' | 'optional' },
): Promise<{ secret: string } | { reference: string } | Record<string, never>> {
  if (call.has('key')) throw new UsageError(NOT_IN_ARGV, SECRET_WAYS)
  const reference = call.text('key-ref')
  if (reference !== undefined && call.has('key-stdin'))
    throw new UsageError('--key-stdin and --key-ref exclude each other.')
  if (reference !== undefined) return { reference: checkReference(reference, context) }
  if (call.has('key-stdin')) return { secret: checkGiven(await readStandardInput()) }
  if (need === 'optional') return {}
  if (process.stdin.isTTY === true && process.stderr.isTTY === true) {
    const typed = await ask(prompt)
    return need === 'offered' && typed.trim() === '' ? {} : { secret: checkGiven(typed) }
  }
  if (need === 'offered') return {}
  throw new UsageError('There is no key: standard input is no terminal to ask at.', SECRET_WAYS)
}

/** A file's path becomes absolute: the server runs in another folder. The message never repeats the text: it may be a key. */
function checkReference(reference: string, context: Context): string {
  if (/^env:[A-Za-z_][A-Za-z0-9_]*$/.test(reference)) return reference
  if (!/^file:./.test(reference)) throw new UsageError('--key-ref takes env:NAME or file:PATH.', SECRET_WAYS)
  const path = reference.slice('file:'.length)
  return `file:${absolutePath(path, '.', context.place)}`
}

function checkGiven(text: string): string {
  if (text.trim() === '') throw new UsageError('The key is empty.', SECRET_WAYS)
  return text
}

/** All of standard input, within the bound of a key. @throws UsageError when it is longer */
export async function readStandardInput(): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of process.stdin) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part))
    size += bytes.length
    if (size > SECRET_BYTES_MAX)
      throw new UsageError(`Standard input holds more than ${SECRET_BYTES_MAX} bytes; a key is shorter.`)
    parts.push(bytes)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function ask(prompt: string): Promise<string> {
  // What is typed is echoed to an output that shows nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // Only now, when the terminal echoes nothing any more: whoever waits for the question may answer at once.
  process.stderr.write(prompt)
  const left = new AbortController()
  // Ctrl-C and ctrl-D close the reader; without this the question would stay open for ever.
  reader.once('close', () => left.abort())
  try {
    return await reader.question('', { signal: left.signal })
  } catch (error) {
    if (left.signal.aborted) throw new UsageError('No key was given; nothing was changed.')
    throw error
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}
