import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a command of the real `keyway` came to. */
export type CliResult = { code: number | null; out: string; err: string }

const LAUNCHER = fileURLToPath(new URL('../../../bin/keyway.js', import.meta.url))

/**
 * Runs `keyway` by its launcher, to its end.
 * @param input standard input, for secrets
 */
export function runCli(
  words: readonly string[],
  { env, input = '' }: { env: Record<string, string>; input?: string },
): Promise<CliResult> {
  const child = spawn(process.execPath, [LAUNCHER, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}
