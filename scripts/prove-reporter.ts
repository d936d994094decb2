import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { REPORT_PREFIX } from './prove-names.ts'

/** One test of the proof. */
export type Proof = { file: string; name: string; state: string; elapsedMs: number; errors: string[] }

/** What a proof run found; `notes` are the lines that tests printed with the report's prefix. */
export type Findings = { proofs: Proof[]; notes: string[]; unhandled: number }

export const FINDINGS_VARIABLE = 'KEYWAY_PROOF_FINDINGS'

/** Gathers every test's end and every `proof: ` line, for docs/proof.md. */
export default class ProofReporter implements Reporter {
  private readonly notes: string[] = []

  onUserConsoleLog(log: { content: string }): void {
    for (const line of log.content.split('\n')) {
      if (line.startsWith(REPORT_PREFIX)) this.notes.push(line.slice(REPORT_PREFIX.length))
    }
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[FINDINGS_VARIABLE]
    if (file === undefined) return
    const proofs: Proof[] = []
    for (const module of modules) {
      const path = module.relativeModuleId
      if (module.errors().length > 0) {
        const errors = module.errors().map((error) => error.message)
        proofs.push({ file: path, name: '(the file)', state: 'failed', elapsedMs: 0, errors })
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        proofs.push({
          file: path,
          name: test.fullName,
          state,
          elapsedMs: Math.round(test.diagnostic()?.duration ?? 0),
          errors: (errors ?? []).map((error) => error.message.slice(0, 1000)),
        })
      }
    }
    writeFileSync(file, JSON.stringify({ proofs, notes: this.notes, unhandled: unhandled.length } satisfies Findings))
  }
}
