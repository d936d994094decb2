import { createRandom, type Random } from './random.ts'

/** One run of a figure: how often, from which seed. */
export type FigureRun = {
  count: number
  /** Is this the full count of `npm run prove`? */
  full: boolean
  seed: number
  random: Random
}

/** How often a figure runs: `full` in `npm run prove`, `usual` in `npm test`. */
export type Counts = { full: number; usual: number }

/** Seeds are positive 31-bit integers, which every generator of the repository takes. */
const SEED_MAX = 2 ** 31 - 1

/** This run's count and seed, by KEYWAY_PROOF_SCALE (1: full; not set: the usual count) and KEYWAY_PROOF_SEED. */
export function readFigure(counts: Counts, env: NodeJS.ProcessEnv = process.env): FigureRun {
  const scale = env['KEYWAY_PROOF_SCALE']
  const count = scale === undefined ? counts.usual : Math.max(1, Math.round(counts.full * Number(scale)))
  const seed = Number(env['KEYWAY_PROOF_SEED'] ?? 1 + Math.floor(Math.random() * SEED_MAX))
  return { count, full: count >= counts.full, seed, random: createRandom(seed) }
}

/**
 * Runs a figure and prints its line for docs/proof.md: figure, count, what was measured, seed and seconds.
 * @param id as the design names it: 'F13'
 * @param run gives what was measured in a few words
 * @throws Error what the run threw, with the seed before it
 */
export async function proveFigure(id: string, counts: Counts, run: (of: FigureRun) => Promise<string>): Promise<void> {
  const figure = readFigure(counts)
  const begin = performance.now()
  try {
    const measured = await run(figure)
    const seconds = ((performance.now() - begin) / 1000).toFixed(1)
    console.log(`proof: ${id} | ${figure.count} | ${measured} | ${figure.seed} | ${seconds}`)
  } catch (error) {
    if (error instanceof Error) {
      error.message = `${id}, KEYWAY_PROOF_SEED=${figure.seed}, count ${figure.count}: ${error.message}`
    }
    throw error
  }
}

/** The value below which the given share of them lies, 0 for none. @param share 0.99 for the 99th percentile */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}
