// npm run prove [-- --seed N] [--scale 1]: the figures of the design at their full counts, written to docs/proof.md.
// A test belongs to the proof if its file reads KEYWAY_PROOF_SCALE, itself or through what it imports.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from '../bench/machine.ts'
import { findProofFiles } from './prove-files.ts'
import { SCALE_VARIABLE, SEED_VARIABLE } from './prove-names.ts'
import { FINDINGS_VARIABLE, type Findings } from './prove-reporter.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** Seeds are positive 31-bit integers, which every generator here takes. */
const SEED_MAX = 2 ** 31 - 1

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: String(1 + Math.floor(Math.random() * SEED_MAX)) },
    scale: { type: 'string', default: '1' },
  },
})

const begin = performance.now()
const files = findProofFiles(ROOT)
const findings = runProofs(files)
const failed = findings.proofs.filter((proof) => proof.state !== 'passed').length + findings.unhandled
writeFileSync(join(ROOT, 'docs/proof.md'), report(findings))
console.log(`docs/proof.md: ${findings.proofs.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && findings.proofs.length > 0 ? 0 : 1

function runProofs(selected: readonly string[]): Findings {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-prove-'))
  const file = join(folder, 'findings.json')
  const reporters = ['--reporter=default', '--reporter=./scripts/prove-reporter.ts']
  spawnSync('vitest', ['run', '--config', 'scripts/prove.vitest.ts', '--root', ROOT, ...reporters, ...selected], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, [SCALE_VARIABLE]: flags.scale, [SEED_VARIABLE]: flags.seed, [FINDINGS_VARIABLE]: file },
  })
  if (!existsSync(file)) throw new Error('vitest ended without findings')
  const found: Findings = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true, force: true })
  return found
}

function report({ proofs, notes, unhandled }: Findings): string {
  const machine = describeMachine()
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
  const commit = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim()
  const rows = proofs.map(
    (proof) =>
      `| ${proof.state === 'passed' ? 'passed' : `**${proof.state}**`} | ${cell(proof.name)} | ${proof.file} | ${(proof.elapsedMs / 1000).toFixed(1)} |`,
  )
  const figures = notes.filter((note) => note.includes(' | ')).map((note) => `| ${note} |`)
  const sentences = notes.filter((note) => !note.includes(' | ')).map((note) => `- ${note}`)
  const errors = proofs.flatMap((proof) => proof.errors.map((error) => `### ${proof.name}\n\n\`\`\`\n${error}\n\`\`\``))
  return `# Proof

Written by \`npm run prove\`; what each figure means is said by its test. The same run again: \`npm run prove -- --seed ${flags.seed} --scale ${flags.scale}\`.

- ${machine.date}, commit ${commit}, ${minutes} minutes, scale ${flags.scale}, seed ${flags.seed}
- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.kernel}, Node ${machine.node}
${unhandled > 0 ? `- ${unhandled} errors outside of any test\n` : ''}
## Counts and measurements

| figure | count | measured | seed | seconds |
| --- | ---: | --- | ---: | ---: |
${figures.sort().join('\n')}
${sentences.length === 0 ? '' : `\n${sentences.join('\n')}\n`}
## Tests

| | what was proved | where | seconds |
| --- | --- | --- | ---: |
${rows.join('\n')}
${errors.length === 0 ? '' : `\n## Failures\n\n${errors.join('\n\n')}\n`}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
