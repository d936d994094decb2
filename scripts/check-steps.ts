import { spawn } from 'node:child_process'
import { noteStumbles } from './stumbles.ts'

/** One thing that must hold before a test is worth running. */
export type Step = { name: string; command: readonly string[] }

/** Order: quickest to mend first. */
export const STEPS: readonly Step[] = [
  {
    name: 'format and lint',
    command: ['biome', 'ci', '--colors=off', '--diagnostic-level=warn', '--error-on-warnings', '.'],
  },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of the web app', command: ['tsc', '-p', 'packages/web'] },
  { name: 'floors', command: ['node', 'scripts/floors.ts'] },
  { name: 'lock file', command: ['node', 'scripts/lock-check.ts'] },
]

export type StepEnd = { step: Step; code: number; output: string; elapsedMs: number }

/** Runs one step and keeps what it says. A program that cannot be started has failed. */
export function runStep(step: Step): Promise<StepEnd> {
  const begin = performance.now()
  const [program = '', ...args] = step.command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return new Promise((resolve) => {
    const end = (code: number) => resolve({ step, code, output, elapsedMs: performance.now() - begin })
    child.once('error', (error) => {
      output += error.message
      end(1)
    })
    child.once('close', (code) => end(code ?? 1))
  })
}

/** Runs all steps, tells each one's end, and shows what a failing one said. @returns how many failed */
export async function runChecks(say: (text: string) => void): Promise<number> {
  let failed = 0
  for (const step of STEPS) {
    const end = await runStep(step)
    say(`${end.code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${(end.elapsedMs / 1000).toFixed(1)} s)`)
    if (end.code === 0) continue
    failed++
    say(`${end.output.trimEnd()}\n`)
    noteStumbles([{ how: 'FAILED', name: `check of ${step.name}`, error: end.output }])
  }
  return failed
}
