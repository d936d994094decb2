import { type NanoPerMillion, parseUsdPerMillion } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'
import type { Prices } from '../meter/price-book.ts'
import {
  DISCOVERED_MAX,
  type DiscoveredModel,
  type Fields,
  isFields,
  present,
  readCount,
  readDecimal,
  readName,
} from './discovered.ts'

/**
 * Reads a provider's `GET /models` as OpenAI and its followers write it: `{ data: [{ id }] }`, or the bare list that
 * Together sends. What some add (context lengths, prices in US dollars per million tokens) is taken where it is found.
 *
 *     parseModelList({ object: 'list', data: [{ id: 'llama3:8b', object: 'model' }] }, 'ollama@2026-11-21T09:00:00Z')
 *     // [{ nativeId: 'llama3:8b' }]
 *
 * @param version stands in every charge that is made with the prices of this list
 * @returns undefined when it is no such list
 * @see https://developers.openai.com/api/reference/resources/models, https://docs.together.ai/reference/models-1,
 *   https://deepinfra.com/docs/advanced/openai_api, https://console.groq.com/docs/models
 */
export function parseModelList(json: unknown, version: string): DiscoveredModel[] | undefined {
  const list = isFields(json) ? json['data'] : json
  if (!Array.isArray(list)) return undefined
  return list.slice(0, DISCOVERED_MAX).flatMap((entry) => readModel(entry, version) ?? [])
}

/** Kinds of model (Together's `type`) that do not answer chat completions. */
const OTHER_KINDS = new Set(['image', 'audio', 'video', 'embedding', 'moderation', 'rerank', 'transcribe', 'language'])

function readModel(entry: unknown, version: string): DiscoveredModel | undefined {
  if (!isFields(entry)) return undefined
  const nativeId = readName(entry['id'])
  if (nativeId === undefined || OTHER_KINDS.has(String(entry['type']))) return undefined
  const metadata = isFields(entry['metadata']) ? entry['metadata'] : {}
  const pricing = isFields(metadata['pricing']) ? metadata['pricing'] : entry['pricing']
  return {
    nativeId,
    ...present<Omit<DiscoveredModel, 'nativeId'>>({
      name: readName(entry['display_name']),
      created: readCount(entry['created']),
      contextLength: firstCount([
        entry['context_length'],
        entry['context_window'],
        entry['max_model_len'],
        entry['max_context_length'],
        metadata['context_length'],
      ]),
      maxOutputTokens: firstCount([entry['max_completion_tokens'], metadata['max_tokens']]),
      prices: isFields(pricing) ? readPrices(pricing, version) : undefined,
    }),
  }
}

function firstCount(values: readonly unknown[]): number | undefined {
  for (const value of values) {
    const count = readCount(value)
    if (count !== undefined) return count
  }
  return undefined
}

/** Price fields in US dollars per million tokens. `cached_input` is Together's, the `_tokens` are DeepInfra's. */
const ITEMS: Readonly<Record<string, UsageItem>> = {
  input: 'input',
  input_tokens: 'input',
  cached_input: 'input.cache-read',
  cache_read_tokens: 'input.cache-read',
  output: 'output',
  output_tokens: 'output',
}

/** undefined when either price is missing or none, or when both are zero: Together writes that for what has no list price. */
function readPrices(pricing: Fields, version: string): Prices | undefined {
  const items: Partial<Record<UsageItem, NanoPerMillion>> = {}
  for (const [field, item] of Object.entries(ITEMS)) {
    const text = readDecimal(pricing[field])
    if (text === undefined) continue
    const price = readPrice(text)
    if (price === undefined) return undefined
    if (price > 0n || item === 'input' || item === 'output') items[item] = price
  }
  if (items.input === undefined || items.output === undefined || items.input + items.output === 0n) return undefined
  return { items, tiers: [], version }
}

function readPrice(text: string): NanoPerMillion | undefined {
  try {
    const price = parseUsdPerMillion(text)
    return price < 0n ? undefined : price
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
