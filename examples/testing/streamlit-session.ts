import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const EXAMPLE = fileURLToPath(new URL('../streamlit/', import.meta.url))
const STAND_IN = fileURLToPath(new URL('streamlit/', import.meta.url))

/** Machines without Python run the rest. */
export const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0

/** Runs Python beside the example. @returns its lines as they come */
export function python(args: string[], env: Record<string, string>) {
  const child = spawn('python3', args, {
    cwd: EXAMPLE,
    env: { PATH: process.env['PATH'], PYTHONPATH: EXAMPLE, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: 'pipe',
  })
  const closed = once(child, 'close')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return {
    lines: createInterface({ input: child.stdout }),
    answer: (text: string) => child.stdin.end(`${text}\n`),
    /** The exit code, and all that it said beside its lines. */
    ended: async () => ({ code: (await closed)[0] as unknown, said }),
  }
}

/**
 * The whole example in one session, under a stand-in for Streamlit: connects, chooses the second model, asks about a file,
 * and forgets the key.
 * @param approve what the person does with the address; gives the code that they were shown
 */
export async function streamlitSession(
  env: Record<'ISSUER' | 'MODELS', string>,
  approve: (url: string) => Promise<string>,
): Promise<Record<string, unknown>> {
  const session = python([`${STAND_IN}session.py`], env)
  let shown: Record<string, unknown> = {}
  for await (const line of session.lines) {
    shown = { ...shown, ...JSON.parse(line) }
    if (!('answer' in shown)) session.answer(await approve(String(shown['url'])))
  }
  const { code, said } = await session.ended()
  if (code !== 0) throw new Error(said)
  return shown
}
