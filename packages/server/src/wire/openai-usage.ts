import { NameTable } from '../base/name-table.ts'
import type { UsageItem, UsageLine } from '../base/usage-line.ts'
import type { Dialect, UsageReading } from './codec.ts'
import { count, type Fields, fieldsOf, find } from './json-fields.ts'
import { reportedCost } from './reported-cost.ts'

const NAMES = new NameTable(['web_search_requests'])

/** A provider's usage object taken apart: its members, and those of the objects in it that we rewrite. */
export type UsageFields = { all: Fields; prompt: Fields; completion: Fields; cost: Fields }

/**
 * Reads a usage object in any of the spellings that OpenAI-compatible providers use, into disjoint lines.
 *
 * - cached input: `prompt_tokens_details.cached_tokens` (OpenAI), `prompt_cache_hit_tokens` (DeepSeek), `cached_tokens` (Moonshot)
 * - reasoning is part of `completion_tokens` unless the row says otherwise; `total_tokens` decides where it can. Gemini
 *   names no reasoning tokens: they are what the total has beyond prompt and completion.
 * - cached or reasoning tokens that exceed the sum they should be part of are beside it
 * - a count that is no non-negative integer is handed on as it stands, for the meter to refuse
 *
 * @returns undefined when it counts no tokens
 * @see https://platform.openai.com/docs/api-reference/chat/object (usage)
 * @see https://api-docs.deepseek.com/api/create-chat-completion (usage)
 * @see https://docs.x.ai/docs/guides/reasoning (reasoning tokens beside completion tokens)
 */
export function readUsage(usage: UsageFields, dialect: Pick<Dialect, 'reasoningOutside'>): UsageReading | undefined {
  const { all: fields, prompt: promptDetails, completion: completionDetails } = usage
  const promptGiven = count(fields, 'prompt_tokens') ?? count(fields, 'input_tokens')
  const completionGiven = count(fields, 'completion_tokens') ?? count(fields, 'output_tokens')
  if (promptGiven === undefined && completionGiven === undefined) return undefined

  const cached =
    count(promptDetails, 'cached_tokens') ??
    count(fields, 'prompt_cache_hit_tokens') ??
    count(fields, 'cached_tokens') ??
    0
  const cacheWrite = count(promptDetails, 'cache_write_tokens') ?? count(fields, 'cache_creation_input_tokens') ?? 0
  const inside = promptGiven ?? 0
  const prompt = cached + cacheWrite > inside ? inside + cached + cacheWrite : inside

  const { completion, reasoning } = splitReasoning({
    completion: completionGiven ?? 0,
    reasoning: count(completionDetails, 'reasoning_tokens') ?? count(fields, 'reasoning_tokens'),
    total: count(fields, 'total_tokens'),
    prompt,
    outside: dialect.reasoningOutside,
  })
  const searches =
    count(fieldsOf(find(fields, 'server_tool_use_details'), NAMES), 'web_search_requests') ??
    count(fields, 'num_search_queries') ??
    0
  const audioIn = count(promptDetails, 'audio_tokens') ?? 0
  const audioOut = count(completionDetails, 'audio_tokens') ?? 0
  const imageOut = count(completionDetails, 'image_tokens') ?? 0
  return {
    basis: 'reported',
    lines: disjointLines({ prompt, cached, cacheWrite, audioIn, completion, reasoning, audioOut, imageOut, searches }),
    tokensPrompt: prompt,
    tokensCompletion: completion,
    tokensReasoning: reasoning,
    tokensCached: cached,
    tokensCacheWrite: cacheWrite,
    reportedCost: reportedCost(usage),
  }
}

/** Completion with its reasoning in it, whichever way the provider counts. */
function splitReasoning(given: {
  completion: number
  reasoning: number | undefined
  total: number | undefined
  prompt: number
  outside: boolean
}): { completion: number; reasoning: number } {
  const { completion, total, prompt } = given
  const beyond = total === undefined ? undefined : total - prompt - completion
  if (given.reasoning === undefined || given.reasoning === 0) {
    return given.outside && beyond !== undefined && beyond > 0
      ? { completion: completion + beyond, reasoning: beyond }
      : { completion, reasoning: 0 }
  }
  const reasoning = given.reasoning
  const outside = reasoning > completion || (given.outside && beyond !== 0)
  return { completion: outside ? completion + reasoning : completion, reasoning }
}

function disjointLines(counts: {
  prompt: number
  cached: number
  cacheWrite: number
  audioIn: number
  completion: number
  reasoning: number
  audioOut: number
  imageOut: number
  searches: number
}): UsageLine[] {
  const { prompt, completion } = counts
  if (Object.values(counts).some((value) => !Number.isSafeInteger(value) || value < 0)) {
    return [
      { item: 'input', quantity: firstOdd(counts.cached, counts.cacheWrite, counts.audioIn) ?? prompt },
      {
        item: 'output',
        quantity: firstOdd(counts.reasoning, counts.audioOut, counts.imageOut, counts.searches) ?? completion,
      },
    ]
  }
  // Cached audio counts as cached; what the details claim beyond the whole is not believed.
  const audioIn = Math.min(counts.audioIn, prompt - counts.cached - counts.cacheWrite)
  const audioOut = Math.min(counts.audioOut, completion - counts.reasoning)
  const imageOut = Math.min(counts.imageOut, completion - counts.reasoning - audioOut)
  const lines: UsageLine[] = [{ item: 'input', quantity: prompt - counts.cached - counts.cacheWrite - audioIn }]
  const add = (item: UsageItem, quantity: number) => {
    if (quantity > 0) lines.push({ item, quantity })
  }
  add('input.cache-read', counts.cached)
  add('input.cache-write', counts.cacheWrite)
  add('input.audio', audioIn)
  lines.push({ item: 'output', quantity: completion - counts.reasoning - audioOut - imageOut })
  add('output.reasoning', counts.reasoning)
  add('output.audio', audioOut)
  add('output.image', imageOut)
  add('tool.web-search', counts.searches)
  return lines
}

function firstOdd(...values: number[]): number | undefined {
  return values.find((value) => !Number.isSafeInteger(value) || value < 0)
}
