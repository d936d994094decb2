import type { Message, ModelItem, Part } from '@keyway/contract'

// Rough on purpose: what is shown with a "≈" must be cheap to know at every key. What a message did cost is told exactly.

/** Letters of a token, in English as most tokenizers cut it. */
const LETTERS_A_TOKEN = 4
/** Tokens of a character outside ASCII: between a French accent and a Chinese word. */
const TOKENS_A_SIGN = 0.7
/** What the frame of a message takes. */
const TOKENS_A_MESSAGE = 4
/** A picture at the usual sizes. */
const TOKENS_AN_IMAGE = 1_100
/** A page of a PDF, and how many bytes one has. */
const BYTES_A_TOKEN_OF_FILE = 40
/** An answer, where none is known yet. */
const TOKENS_AN_ANSWER = 500

export function estimateText(text: string): number {
  let foreign = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) foreign++
  return Math.ceil((text.length - foreign) / LETTERS_A_TOKEN + foreign * TOKENS_A_SIGN)
}

function estimatePart(part: Part): number {
  switch (part.kind) {
    case 'text':
      return estimateText(part.text)
    case 'tool_call':
      return estimateText(part.arguments)
    case 'tool_result':
      return estimateText(part.text)
    case 'image':
      return TOKENS_AN_IMAGE
    case 'file':
      return Math.ceil(part.bytes / BYTES_A_TOKEN_OF_FILE)
    default:
      // Reasoning is mostly not sent again.
      return 0
  }
}

export function estimateParts(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + estimatePart(part), TOKENS_A_MESSAGE)
}

/**
 * The tokens that a branch takes: from its last answer with figures on they are known, the rest is a guess.
 * @param branch from the top
 */
export function estimateBranch(branch: readonly Message[], systemPrompt: string): number {
  const known = branch.findLastIndex(({ figures }) => figures !== null)
  const figures = branch[known]?.figures
  const before =
    figures === null || figures === undefined
      ? estimateText(systemPrompt)
      : figures.tokens_prompt + Math.max(0, figures.tokens_completion - figures.tokens_reasoning)
  return branch.slice(known + 1).reduce((sum, { parts }) => sum + estimateParts(parts), before)
}

/** About as long as the answers before it. */
export function expectAnswer(branch: readonly Message[]): number {
  const lengths = branch.flatMap(({ figures }) => (figures === null ? [] : [figures.tokens_completion])).slice(-3)
  return lengths.length === 0 ? TOKENS_AN_ANSWER : Math.round(lengths.reduce((a, b) => a + b, 0) / lengths.length)
}

/** Digits after the point that amounts are counted in: nano-dollars. */
const NANO_DIGITS = 9

function nano(usd: string): bigint | undefined {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(usd)
  if (match === null) return undefined
  return BigInt((match[1] ?? '0') + (match[2] ?? '').slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0'))
}

/**
 * What so many tokens cost at a model's prices, in US dollars; undefined where a price is not known.
 * @param tokens whole numbers
 */
export function costOf(model: ModelItem, tokens: { input: number; output: number }): string | undefined {
  const input = nano(model.price_input_usd_per_mtok ?? '')
  const output = nano(model.price_output_usd_per_mtok ?? '')
  if (input === undefined || output === undefined) return undefined
  const sum = (input * BigInt(tokens.input) + output * BigInt(tokens.output)) / 1_000_000n
  const digits = sum.toString().padStart(NANO_DIGITS + 1, '0')
  return `${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`.replace(/\.?0+$/, '')
}

/** Adds amounts in US dollars. */
export function addUsd(amounts: readonly string[]): string {
  const sum = amounts.reduce((total, amount) => total + (nano(amount) ?? 0n), 0n)
  const digits = sum.toString().padStart(NANO_DIGITS + 1, '0')
  return `${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`.replace(/\.?0+$/, '')
}
