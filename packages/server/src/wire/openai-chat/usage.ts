import { NameTable } from '../../base/json-reader.ts'
import { readMembers } from '../../base/json-splice.ts'
import { parseDecimal } from '../../base/money.ts'
import type { UsageItem, UsageLine } from '../../base/usage-line.ts'
import type { Dialect, PricedUsage, UsageReading } from '../codec.ts'

/**
 * UTF-8 bytes of a token where the provider reports no usage. English prose has about 4, code and Chinese about 3; the
 * lower figure makes the estimate err upward.
 * @see https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them (read 2026-11-21)
 */
export const BYTES_PER_TOKEN = 3

/** Decimal places of a reported cost, when two are added. */
const COST_SCALE = 18

const NAMES = new NameTable([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cost',
  'is_byok',
  'prompt_tokens_details',
  'completion_tokens_details',
  'cost_details',
  'cached_tokens',
  'cache_write_tokens',
  'audio_tokens',
  'reasoning_tokens',
])

/** Members that we write ourselves; a provider's others pass as they stand. */
const OWN = new Set([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cost',
  'is_byok',
  'prompt_tokens_details',
  'completion_tokens_details',
  'cost_details',
])
const OWN_PROMPT = new Set(['cached_tokens', 'cache_write_tokens', 'audio_tokens'])
const OWN_COMPLETION = new Set(['reasoning_tokens'])
const OWN_COST = new Set([
  'upstream_inference_cost',
  'upstream_inference_prompt_cost',
  'upstream_inference_completions_cost',
])

/** Names and raw values, in order. The text has one character for each byte. */
type Fields = [name: string, raw: string][]

/**
 * Reads a usage object in any of the spellings that OpenAI-compatible providers use, into disjoint lines.
 *
 * - cached input: `prompt_tokens_details.cached_tokens` (OpenAI), `prompt_cache_hit_tokens` (DeepSeek), `cached_tokens` (Moonshot)
 * - reasoning is part of `completion_tokens` unless the row says otherwise; `total_tokens` decides where it can. Gemini
 *   names no reasoning tokens: they are what the total has beyond prompt and completion.
 * - cached or reasoning tokens that exceed the sum they should be part of are beside it
 * - a count that is no non-negative integer is handed on as it stands, for the meter to refuse
 *
 * @param raw its bytes, one character each
 * @returns undefined when it counts no tokens
 * @see https://platform.openai.com/docs/api-reference/chat/object (usage)
 * @see https://api-docs.deepseek.com/api/create-chat-completion (usage)
 * @see https://docs.x.ai/docs/guides/reasoning (reasoning tokens beside completion tokens)
 */
export function readUsage(raw: string, dialect: Pick<Dialect, 'reasoningOutside'>): UsageReading | undefined {
  const fields = fieldsOf(raw)
  const promptDetails = fieldsOf(find(fields, 'prompt_tokens_details'))
  const completionDetails = fieldsOf(find(fields, 'completion_tokens_details'))
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
    count(fieldsOf(find(fields, 'server_tool_use_details')), 'web_search_requests') ??
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
    reportedCost: reportedCost(fields),
  }
}

/** What an answer used, guessed from its length: the provider reported nothing. */
export function estimateUsage(bytes: { request: number; answer: number }): UsageReading {
  const prompt = Math.ceil(bytes.request / BYTES_PER_TOKEN)
  const completion = Math.ceil(bytes.answer / BYTES_PER_TOKEN)
  return {
    basis: 'estimated',
    lines: [
      { item: 'input', quantity: prompt },
      { item: 'output', quantity: completion },
    ],
    tokensPrompt: prompt,
    tokensCompletion: completion,
    tokensReasoning: 0,
    tokensCached: 0,
    tokensCacheWrite: 0,
    reportedCost: undefined,
  }
}

/**
 * The usage object that the client sees, in OpenRouter's form, followed by the provider's own members that it has no name for.
 * The details always hold `cached_tokens` and `reasoning_tokens`, and the costs are numbers: its SDKs insist.
 * @param raw the provider's object, one character for each byte; undefined when it sent none
 * @returns JSON, one character for each byte
 */
export function writeUsage(raw: string | undefined, reading: UsageReading, priced: PricedUsage): string {
  const fields = fieldsOf(raw)
  const promptDetails = fieldsOf(find(fields, 'prompt_tokens_details'))
  const completionDetails = fieldsOf(find(fields, 'completion_tokens_details'))
  const costDetails = fieldsOf(find(fields, 'cost_details'))
  const audio = count(promptDetails, 'audio_tokens') ?? 0
  return write(
    [
      ['prompt_tokens', String(reading.tokensPrompt)],
      ['completion_tokens', String(reading.tokensCompletion)],
      ['total_tokens', String(reading.tokensPrompt + reading.tokensCompletion)],
      ['cost', priced.cost],
      ['is_byok', 'false'],
      [
        'prompt_tokens_details',
        write(
          [
            ['cached_tokens', String(reading.tokensCached)],
            ['cache_write_tokens', String(reading.tokensCacheWrite)],
            ['audio_tokens', String(audio)],
          ],
          others(promptDetails, OWN_PROMPT),
        ),
      ],
      [
        'cost_details',
        write(
          [
            ['upstream_inference_cost', '0'],
            ['upstream_inference_prompt_cost', priced.promptCost],
            ['upstream_inference_completions_cost', priced.completionCost],
          ],
          others(costDetails, OWN_COST),
        ),
      ],
      [
        'completion_tokens_details',
        write([['reasoning_tokens', String(reading.tokensReasoning)]], others(completionDetails, OWN_COMPLETION)),
      ],
    ],
    others(fields, OWN),
  )
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

/**
 * OpenRouter's `cost`, to which it adds nothing for a call on the caller's own key there: that part is beside it, and
 * counts. Perplexity's `cost` is an object with a `total_cost`.
 * @see https://openrouter.ai/docs/use-cases/usage-accounting (read 2026-11-21)
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post (usage.cost; read 2026-11-21)
 */
function reportedCost(fields: Fields): string | undefined {
  const cost = decimal(find(fields, 'cost')) ?? decimal(find(fieldsOf(find(fields, 'cost')), 'total_cost'))
  if (cost === undefined || find(fields, 'is_byok') !== 'true') return cost
  const beside = decimal(find(fieldsOf(find(fields, 'cost_details')), 'upstream_inference_cost'))
  return beside === undefined ? cost : addDecimals(cost, beside)
}

function decimal(raw: string | undefined): string | undefined {
  return raw !== undefined && /^-?\d/.test(raw) ? raw : undefined
}

function addDecimals(a: string, b: string): string {
  const sum = parseDecimal(a, COST_SCALE, 'ceil') + parseDecimal(b, COST_SCALE, 'ceil')
  const digits = (sum < 0n ? -sum : sum).toString().padStart(COST_SCALE + 1, '0')
  const fraction = digits.slice(-COST_SCALE).replace(/0+$/, '')
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -COST_SCALE)}${fraction === '' ? '' : `.${fraction}`}`
}

function fieldsOf(raw: string | undefined): Fields {
  if (raw === undefined || !raw.startsWith('{')) return []
  const bytes = Buffer.from(raw, 'latin1')
  return readMembers(bytes, NAMES).map(({ name, valueStart, valueEnd }) => [name, raw.slice(valueStart, valueEnd)])
}

function find(fields: Fields, name: string): string | undefined {
  return fields.findLast((field) => field[0] === name)?.[1]
}

function count(fields: Fields, name: string): number | undefined {
  const raw = find(fields, name)
  return raw !== undefined && /^-?\d/.test(raw) ? Number(raw) : undefined
}

/** The provider's members that we do not write; null ones among the details say nothing. */
function others(fields: Fields, own: ReadonlySet<string>): Fields {
  return fields.filter(([name]) => !own.has(name))
}

function write(own: Fields, rest: Fields): string {
  const members = own.map(([name, raw]) => `"${name}":${raw}`)
  for (const [name, raw] of rest) members.push(`${Buffer.from(JSON.stringify(name)).toString('latin1')}:${raw}`)
  return `{${members.join(',')}}`
}
