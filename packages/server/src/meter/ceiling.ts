import { KeywayError } from '../base/errors.ts'
import { cost, type Nano, type NanoPerMillion } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'
import type { PriceItems, Prices } from './price-book.ts'

/** What is known of a request before it goes out; a `Peek` of the wire has all of it. */
export type CeilingFacts = {
  /** UTF-8 bytes that count as text. */
  textBytes: number
  /** An upper bound of the text's tokens from a tokenizer (see tokenizer.ts); it replaces the bytes where it is lower. */
  textTokens?: number
  images: number
  files: number
  audios: number
  tools: boolean
  /** Per answer; the larger of the two max-tokens fields. */
  outputTokensMax: number | undefined
  choices: number
}

/** An endpoint that may serve the call, with what bounds its bill. */
export type CeilingAttempt = {
  prices: Prices | undefined
  contextLength: number | null
  maxOutputTokens: number | null
  partTokensMax: { image: number; file: number; audio: number }
}

/** The most that a call can cost, whichever attempt serves it. */
export type Ceiling = {
  input: Nano
  output: Nano
  /** Tokens per answer that `output` pays for. */
  outputTokensMax: number
  /**
   * true: neither the request nor the tables say how long an answer may get, so `outputTokensMax` is assumed. On a capped
   * key it must then be set on the request, or the bound does not hold.
   */
  assumed: boolean
}

/**
 * What chat templates add around the messages, in tokens. The JSON around a message is longer than its template's
 * markers, so only the preamble counts; the longest known (gpt-oss's) is under 100.
 * @see https://github.com/openai/harmony
 */
const TEMPLATE_TOKENS = 256

/**
 * What tools add beside their definitions: providers prepend an explanation of up to 530 tokens.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
 */
const TOOL_TOKENS = 1024

/** Tables say 1,000,000 where 1,048,576 is meant, so the window bounds a prompt only with an eighth to spare. */
const CONTEXT_SPARE = 8

/** Tokens per answer where nothing bounds them. It is set on a capped key's request, so it should fit small models too. */
const ASSUMED_OUTPUT_TOKENS = 16_384

/** Each line of a charge is rounded up by itself: a nano-dollar for each of the kinds of input, and of output. */
const INPUT_LINES = 6n
const OUTPUT_LINES = 4n

const TEXT_ITEMS: readonly UsageItem[] = ['input', 'input.cache-read', 'input.cache-write', 'input.cache-write-1h']
const IMAGE_ITEMS: readonly UsageItem[] = ['input.image']
const AUDIO_ITEMS: readonly UsageItem[] = ['input.audio']
const CALL_ITEMS: readonly UsageItem[] = ['call']
const OUTPUT_ITEMS: readonly UsageItem[] = ['output', 'output.reasoning', 'output.image', 'output.audio']

/** Prices and quantities of one attempt, at their worst. */
type Worst = { input: Nano; outputPrice: NanoPerMillion; outputTokens: number; assumed: boolean }

/**
 * The upper bound that a hold reserves: every token at the dearest price that could apply to it (any tier within reach,
 * cache writes included), all answers at full length, the dearest attempt for input and for output separately.
 *
 *     ceiling({ textBytes: 4000, ..., outputTokensMax: 100, choices: 1 }, [endpoint])
 *     // { input: 10_640_006n, output: 1_000_004n, outputTokensMax: 100, assumed: false }
 *
 * @throws KeywayError price_unknown when an attempt has no price for input or for output
 */
export function ceiling(facts: CeilingFacts, attempts: readonly CeilingAttempt[]): Ceiling {
  const result: Ceiling = { input: 0n, output: 0n, outputTokensMax: 0, assumed: false }
  for (const attempt of attempts) {
    const worst = worstOf(facts, attempt)
    const output = outputCost(worst.outputTokens * facts.choices, worst.outputPrice)
    if (worst.input > result.input) result.input = worst.input
    if (output > result.output) result.output = output
    if (worst.outputTokens > result.outputTokensMax) result.outputTokensMax = worst.outputTokens
    if (worst.assumed) result.assumed = true
  }
  return result
}

/** The longest answer that a cap affords, or that it affords none worth having. */
export type Affordable =
  | { kind: 'affords'; outputTokensMax: number }
  | { kind: 'refused'; requested: number; affordable: number; message: string }

/** A shorter answer than this helps nobody, and would still be paid for. */
const USEFUL_OUTPUT_TOKENS = 16

/**
 * How many output tokens per answer `available` affords once the input's worst case is paid, for setting on the request.
 * A refusal is worded as OpenRouter's.
 * @param available nano-dollars left under the cap
 * @throws KeywayError price_unknown as {@link ceiling}
 */
export function affordableOutput(
  available: Nano,
  facts: CeilingFacts,
  attempts: readonly CeilingAttempt[],
): Affordable {
  const whole = ceiling(facts, attempts)
  let affordable = whole.outputTokensMax
  for (const attempt of attempts) {
    const { outputPrice } = worstOf(facts, attempt)
    if (outputPrice === 0n) continue
    // The bound of a hold is the dearest input and the dearest output, whichever attempts they are of: so is this.
    const left = available - whole.input - OUTPUT_LINES
    const tokens = left <= 0n ? 0n : (left * 1_000_000n) / outputPrice / BigInt(facts.choices)
    if (tokens < BigInt(affordable)) affordable = Number(tokens)
  }
  const needed = Math.min(USEFUL_OUTPUT_TOKENS, whole.outputTokensMax)
  if (affordable >= needed && available >= whole.input) return { kind: 'affords', outputTokensMax: affordable }
  const requested = whole.outputTokensMax
  const message = `You requested up to ${requested} tokens, but can only afford ${affordable}.`
  return { kind: 'refused', requested, affordable, message }
}

function worstOf(facts: CeilingFacts, attempt: CeilingAttempt): Worst {
  const { prices, partTokensMax: part } = attempt
  if (prices === undefined) throw unpriced('input')
  const text = Math.min(facts.textBytes, facts.textTokens ?? facts.textBytes)
  const extra = TEMPLATE_TOKENS + (facts.tools ? TOOL_TOKENS : 0)
  const images = facts.images * part.image + facts.files * part.file
  const audios = facts.audios * part.audio
  const window = attempt.contextLength === null ? Number.MAX_SAFE_INTEGER : withSpare(attempt.contextLength)
  const prompt = Math.min(text + extra + images + audios, window)
  const textPrice = dearest(prices, TEXT_ITEMS, prompt)
  if (textPrice === undefined) throw unpriced('input')
  const outputPrice = dearest(prices, OUTPUT_ITEMS, prompt)
  if (outputPrice === undefined) throw unpriced('output')
  const imagePrice = images === 0 ? textPrice : larger(textPrice, dearest(prices, IMAGE_ITEMS, prompt))
  const audioPrice = audios === 0 ? textPrice : larger(textPrice, dearest(prices, AUDIO_ITEMS, prompt))
  // A prompt cut to the window may be all image or all audio, so the dearest of its parts prices the whole of it.
  const cut = prompt < text + extra + images + audios
  const tokens = cut
    ? cost(BigInt(prompt), larger(imagePrice, audioPrice))
    : cost(BigInt(text + extra), textPrice) + cost(BigInt(images), imagePrice) + cost(BigInt(audios), audioPrice)
  const fee = dearest(prices, CALL_ITEMS, prompt) ?? 0n
  const input = tokens === 0n && fee === 0n ? 0n : tokens + cost(1n, fee) + INPUT_LINES
  return { input, outputPrice, ...outputBound(facts, attempt) }
}

function outputBound(facts: CeilingFacts, attempt: CeilingAttempt): { outputTokens: number; assumed: boolean } {
  if (facts.outputTokensMax !== undefined) return { outputTokens: facts.outputTokensMax, assumed: false }
  if (attempt.maxOutputTokens !== null) return { outputTokens: attempt.maxOutputTokens, assumed: false }
  if (attempt.contextLength !== null) return { outputTokens: withSpare(attempt.contextLength), assumed: false }
  return { outputTokens: ASSUMED_OUTPUT_TOKENS, assumed: true }
}

function outputCost(tokens: number, price: NanoPerMillion): Nano {
  return price === 0n || tokens === 0 ? 0n : cost(BigInt(tokens), price) + OUTPUT_LINES
}

function withSpare(contextLength: number): number {
  return contextLength + Math.ceil(contextLength / CONTEXT_SPARE)
}

/** The dearest of these items, in the base prices or in any tier that a prompt of up to `prompt` tokens can reach. */
function dearest(prices: Prices, items: readonly UsageItem[], prompt: number): NanoPerMillion | undefined {
  let found = dearestOf(prices.items, items, undefined)
  for (const tier of prices.tiers) {
    if (prompt > tier.abovePromptTokens) found = dearestOf(tier.items, items, found)
  }
  return found
}

function dearestOf(from: PriceItems, items: readonly UsageItem[], found: NanoPerMillion | undefined) {
  let best = found
  for (const item of items) {
    const price = from[item]
    if (price !== undefined && (best === undefined || price > best)) best = price
  }
  return best
}

function larger(a: NanoPerMillion, b: NanoPerMillion | undefined): NanoPerMillion {
  return b !== undefined && b > a ? b : a
}

function unpriced(item: string): KeywayError {
  return new KeywayError('price_unknown', `an endpoint has no price for "${item}"; a cap can only hold what is priced`)
}
