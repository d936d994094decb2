import type { Attachment, Message, ModelItem, Part } from '@keyway/contract'

// Rough on purpose: what is shown with a "≈" must be cheap to know at every key. What a message did cost is told exactly.

/** Letters of a token, in English as most tokenizers cut it. */
const LETTERS_A_TOKEN = 4
/** Tokens of a character outside ASCII: between a French accent and a Chinese word. */
const TOKENS_A_SIGN = 0.7
/** What the frame of a message takes. */
const TOKENS_A_MESSAGE = 4
/** A picture at the usual sizes. */
const TOKENS_AN_IMAGE = 1_100
/** A PDF: a page at the least, a book at the most. */
const BYTES_A_TOKEN_OF_PDF = 20
const TOKENS_A_PDF_MIN = 1_500
const TOKENS_A_PDF_MAX = 200_000
/** An answer, where none is known yet. */
const TOKENS_AN_ANSWER = 500

export function estimateText(text: string): number {
  let foreign = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) foreign++
  return Math.ceil((text.length - foreign) / LETTERS_A_TOKEN + foreign * TOKENS_A_SIGN)
}

function estimateFile({ media_type, bytes }: { media_type: string; bytes: number }): number {
  if (media_type !== 'application/pdf') return Math.ceil(bytes / LETTERS_A_TOKEN)
  return Math.min(TOKENS_A_PDF_MAX, Math.max(TOKENS_A_PDF_MIN, Math.ceil(bytes / BYTES_A_TOKEN_OF_PDF)))
}

/** What is attached to a message that was not sent yet. */
export function estimateAttachment(attachment: Attachment): number {
  return attachment.media_type.startsWith('image/') ? TOKENS_AN_IMAGE : estimateFile(attachment)
}

/** A text's beginning that takes no more than so many tokens, up to the end of a word where there is one. */
export function textWithin(text: string, tokens: number): string {
  let [end, room] = [0, tokens]
  for (; end < text.length; end++) {
    room -= text.charCodeAt(end) > 0x7f ? TOKENS_A_SIGN : 1 / LETTERS_A_TOKEN
    if (room < 0) break
  }
  if (end === text.length) return text
  const kept = text.slice(0, end)
  return /\s\S{0,60}$/u.test(kept) ? kept.replace(/\s+\S*$/u, '') : kept.replace(/[\uD800-\uDBFF]$/, '')
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
      return estimateFile(part)
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
