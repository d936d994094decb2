import { expect } from 'vitest'
import type { Codec, ReplySummary, UpstreamError, UsageReading } from '../codec.ts'
import { contextFor, type Exchange } from './exchanges.ts'

/** Cuts in all: a million with KEYWAY_PROOF_SCALE=1, a twentieth of it in the ordinary test. */
export const CUTS = Math.round(1_000_000 * Number(process.env['KEYWAY_PROOF_SCALE'] ?? '0.05'))

/** What came of a stream. `out` has one character for each byte. */
export type Outcome = {
  out: string
  started: boolean
  complete: boolean
  error: UpstreamError | undefined
  summary: ReplySummary
  /** What was given to be priced. */
  readings: UsageReading[]
}

/** For tests: an exchange's stream, in these pieces, through a codec. */
export function runStream(codec: Codec, { expected }: Exchange, chunks: Iterable<Uint8Array>): Outcome {
  const readings: UsageReading[] = []
  const context = contextFor(expected.dialect)
  const editor = codec.stream({
    ...context,
    price(reading) {
      readings.push(reading)
      return context.price(reading)
    },
  })
  let out = ''
  for (const chunk of chunks) out += Buffer.from(editor.push(chunk).bytes).toString('latin1')
  const { step, complete } = editor.end()
  out += Buffer.from(step.bytes).toString('latin1')
  return { out, started: step.started, complete, error: step.error, summary: { ...editor.summary }, readings }
}

/** Expects of a stream what its exchange says, but for what the client reads in it. */
export function expectOutcome({ started, complete, error, summary, readings }: Outcome, exchange: Exchange): void {
  const { expected } = exchange
  expect({ started, complete }).toEqual({ started: expected.started, complete: expected.complete })
  if (expected.error === null) expect(error).toBeUndefined()
  else expect(error).toMatchObject(expected.error)
  expect(summary.finishReason ?? null).toBe(expected.finish)
  expect(summary.nativeFinishReason ?? null).toBe(expected.native)
  expectUsage(summary.usage, exchange)
  expect(readings).toHaveLength(expected.complete ? 1 : 0)
}

/** Expects the usage that an exchange says, where it says any. */
export function expectUsage(reading: UsageReading | undefined, { expected }: Exchange): void {
  const { usage, reportedCost } = expected
  if (usage === null) return
  expect(reading).toMatchObject({
    basis: usage.basis,
    tokensPrompt: usage.prompt,
    tokensReasoning: usage.reasoning,
    tokensCached: usage.cached,
    ...(usage.written === undefined ? {} : { tokensCacheWrite: usage.written }),
    reportedCost,
  })
  if (usage.lines === null) return
  expect(reading?.tokensCompletion).toBe(usage.completion)
  expect(Object.fromEntries((reading?.lines ?? []).map((line) => [line.item, line.quantity]))).toEqual(usage.lines)
}

/** Expects the same of streams however they are cut: {@link CUTS} times in all, from two pieces to one byte each. */
export function expectAlikeHoweverCut(codec: Codec, streams: readonly Exchange[]): void {
  const seed = Number(process.env['KEYWAY_PROOF_SEED'] ?? Date.now()) | 1
  const random = makeRandom(seed)
  const wholes = streams.map((exchange) => runStream(codec, exchange, [exchange.reply]))
  let cuts = 0
  for (let round = 0; cuts < CUTS; round++) {
    const exchange = streams[round % streams.length]
    const whole = wholes[round % streams.length]
    if (exchange === undefined || whole === undefined) throw new Error('no streams')
    const { reply } = exchange
    const pieceMax = [reply.length, 400, 60, 7, 1][round % 5] ?? 1
    const chunks: Buffer[] = []
    for (let from = 0; from < reply.length; ) {
      const to = Math.min(reply.length, from + 1 + random(pieceMax))
      chunks.push(reply.subarray(from, to))
      from = to
    }
    cuts += chunks.length - 1
    expect(runStream(codec, exchange, chunks), `seed ${seed}, round ${round}, ${exchange.name}`).toEqual(whole)
  }
}

/** A small generator, so that a failing run can be repeated from its seed. @see https://en.wikipedia.org/wiki/Xorshift */
function makeRandom(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
