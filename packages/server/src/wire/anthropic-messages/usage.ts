import { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { UsageItem, UsageLine } from '../../base/usage-line.ts'
import type { UsageReading } from '../codec.ts'
import { count, type Fields, fieldsOf, find } from '../json-fields.ts'
import { reportedCost } from '../reported-cost.ts'

export const USAGE_NAMES = new NameTable([
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation',
  'ephemeral_5m_input_tokens',
  'ephemeral_1h_input_tokens',
  'output_tokens_details',
  'thinking_tokens',
  'server_tool_use',
  'web_search_requests',
  'web_fetch_requests',
  'iterations',
  'type',
  'service_tier',
  'inference_geo',
  'speed',
  'cost',
  'cost_details',
  'is_byok',
])

/** Work that the whole does not contain: summaries of the context, and the advice of another model. */
const BESIDE: ReadonlySet<string> = new Set(['"compaction"', '"advisor_message"'])

type Counts = { input: number; cached: number; written: number; written1h: number; output: number }

/** OpenRouter's members of a usage; a provider's own stand for its prices, not for the charge. */
export const PRICED: ReadonlySet<string> = new Set(['cost', 'cost_details', 'is_byok'])

/**
 * Usage as the message began with it and as its end tells it: the later count stands wherever there is one. What it cost
 * is said at its end alone: a cost from before the answer would be the price of a broken one, or of one that forgot it.
 */
export function mergeUsage(first: string | undefined, last: string | undefined): Fields {
  const earlier = fieldsOf(first, USAGE_NAMES).filter(([name]) => !PRICED.has(name))
  const later = fieldsOf(last, USAGE_NAMES).filter(([, raw]) => raw !== 'null')
  return [...earlier, ...later]
}

/**
 * Reads Anthropic's usage into disjoint lines. `input_tokens` leaves out what was read from or written to a cache;
 * thinking is part of `output_tokens`; passes of the model that the totals leave out (`iterations` of the types
 * `compaction` and `advisor_message`) are added, an adviser's at this model's price, since its own is not known here.
 * A count that is no non-negative integer is handed on as it stands, for the meter to refuse.
 * @returns undefined when it counts no tokens
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching (usage; read 2026-11-29)
 * @see https://platform.claude.com/docs/en/build-with-claude/compaction-threshold (usage; read 2026-11-29)
 */
export function readUsage(fields: Fields): UsageReading | undefined {
  if (count(fields, 'input_tokens') === undefined && count(fields, 'output_tokens') === undefined) return undefined
  const counts = countsOf(fields)
  const iterations = iterationsOf(find(fields, 'iterations'))
  for (const iteration of iterations) {
    if (!BESIDE.has(find(iteration, 'type') ?? '')) continue
    const more = countsOf(iteration)
    counts.input += more.input
    counts.cached += more.cached
    counts.written += more.written
    counts.written1h += more.written1h
    counts.output += more.output
  }
  const details = fieldsOf(find(fields, 'output_tokens_details'), USAGE_NAMES)
  const thinking = Math.min(count(details, 'thinking_tokens') ?? 0, counts.output)
  const served = fieldsOf(find(fields, 'server_tool_use'), USAGE_NAMES)
  const searches = count(served, 'web_search_requests') ?? 0
  const cost = fieldsOf(find(fields, 'cost_details'), USAGE_NAMES)
  return {
    basis: 'reported',
    lines: disjointLines({ ...counts, thinking, searches }),
    tokensPrompt: counts.input + counts.cached + counts.written + counts.written1h,
    tokensCompletion: counts.output,
    tokensReasoning: thinking,
    tokensCached: counts.cached,
    tokensCacheWrite: counts.written + counts.written1h,
    passes: Math.max(iterations.length, searches + (count(served, 'web_fetch_requests') ?? 0) + 1),
    reportedCost: reportedCost({ all: fields, cost }),
  }
}

/** `cache_creation` splits the tokens written by how long they are kept, which decides their price. */
function countsOf(fields: Fields): Counts {
  const creation = fieldsOf(find(fields, 'cache_creation'), USAGE_NAMES)
  const written1h = count(creation, 'ephemeral_1h_input_tokens') ?? 0
  const written5m = count(creation, 'ephemeral_5m_input_tokens') ?? 0
  const written = count(fields, 'cache_creation_input_tokens') ?? 0
  return {
    input: count(fields, 'input_tokens') ?? 0,
    cached: count(fields, 'cache_read_input_tokens') ?? 0,
    // The larger of the two where they disagree.
    written: Math.max(written - written1h, written5m),
    written1h,
    output: count(fields, 'output_tokens') ?? 0,
  }
}

function iterationsOf(raw: string | undefined): Fields[] {
  if (raw === undefined || !raw.startsWith('[')) return []
  const iterations: Fields[] = []
  const reader = new JsonReader(Buffer.from(raw, 'latin1'))
  reader.openArray()
  while (reader.nextElement()) {
    const start = reader.pos
    reader.skip()
    iterations.push(fieldsOf(raw.slice(start, reader.pos), USAGE_NAMES))
  }
  return iterations
}

function disjointLines(counts: Counts & { thinking: number; searches: number }): UsageLine[] {
  const { input, cached, written, written1h, output, thinking, searches } = counts
  const oddInput = firstOdd(input, cached, written, written1h, searches)
  const oddOutput = firstOdd(output, thinking)
  if (oddInput !== undefined || oddOutput !== undefined) {
    return [
      { item: 'input', quantity: oddInput ?? input },
      { item: 'output', quantity: oddOutput ?? output },
    ]
  }
  const lines: UsageLine[] = [{ item: 'input', quantity: input }]
  const add = (item: UsageItem, quantity: number) => {
    if (quantity > 0) lines.push({ item, quantity })
  }
  add('input.cache-read', cached)
  add('input.cache-write', written)
  add('input.cache-write-1h', written1h)
  lines.push({ item: 'output', quantity: output - thinking })
  add('output.reasoning', thinking)
  add('tool.web-search', searches)
  return lines
}

function firstOdd(...values: number[]): number | undefined {
  return values.find((value) => !Number.isSafeInteger(value) || value < 0)
}
