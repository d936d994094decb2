import { type NanoPerMillion, parseUsdPerUnit } from '../base/money.ts'
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
  readNames,
  readText,
} from './discovered.ts'

/** OpenRouter's price fields, all in US dollars for one unit, and ours. */
const ITEMS: Readonly<Record<string, UsageItem>> = {
  prompt: 'input',
  input_cache_read: 'input.cache-read',
  input_cache_write: 'input.cache-write',
  input_cache_write_1h: 'input.cache-write-1h',
  image_token: 'input.image',
  audio: 'input.audio',
  completion: 'output',
  internal_reasoning: 'output.reasoning',
  image_output: 'output.image',
  audio_output: 'output.audio',
  request: 'call',
  web_search: 'tool.web-search',
}

/**
 * Reads OpenRouter's list of models: one bad entry is left out, not the list. Its prices are those of OpenRouter's own
 * endpoints and of no other provider's.
 *
 *     parseOpenRouterModels({ data: [{ id: 'openai/gpt-4o', pricing: { prompt: '0.0000025', completion: '0.00001' } }] }, '2026-11-21T09:00:00Z')
 *     // [{ nativeId: 'openai/gpt-4o', prices: { items: { input: 2_500_000_000n, output: 10_000_000_000n }, tiers: [], version: 'openrouter@2026-11-21T09:00:00Z' } }]
 *
 * @param readAt ISO time; stands in every charge
 * @returns undefined when it is no such list
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */
export function parseOpenRouterModels(json: unknown, readAt: string): DiscoveredModel[] | undefined {
  if (!isFields(json) || !Array.isArray(json['data'])) return undefined
  const version = `openrouter@${readAt}`
  return json['data'].slice(0, DISCOVERED_MAX).flatMap((entry) => readModel(entry, version) ?? [])
}

function readModel(entry: unknown, version: string): DiscoveredModel | undefined {
  if (!isFields(entry)) return undefined
  const nativeId = readName(entry['id'])
  if (nativeId === undefined || !nativeId.includes('/')) return undefined
  const architecture = isFields(entry['architecture']) ? entry['architecture'] : {}
  const provider = isFields(entry['top_provider']) ? entry['top_provider'] : {}
  return {
    nativeId,
    ...present<Omit<DiscoveredModel, 'nativeId'>>({
      name: readName(entry['name']),
      canonicalSlug: readName(entry['canonical_slug']),
      description: readText(entry['description']),
      created: readCount(entry['created']),
      contextLength: readCount(entry['context_length']),
      maxOutputTokens: readCount(provider['max_completion_tokens']),
      inputModalities: readNames(architecture['input_modalities']),
      outputModalities: readNames(architecture['output_modalities']),
      supportedParameters: readNames(entry['supported_parameters']),
      knowledgeCutoff: readName(entry['knowledge_cutoff']),
      prices: isFields(entry['pricing']) ? readPrices(entry['pricing'], version) : undefined,
    }),
  }
}

/** undefined when there is no price for input or output, or one is none: routers list -1, "it depends". */
function readPrices(pricing: Fields, version: string): Prices | undefined {
  const items = readItems(pricing)
  if (items === undefined || items.input === undefined || items.output === undefined) return undefined
  const overrides = Array.isArray(pricing['overrides']) ? pricing['overrides'].filter(isFields) : []
  const tiers: { abovePromptTokens: number; items: Partial<Record<UsageItem, NanoPerMillion>> }[] = []
  for (const override of overrides) {
    const changed = readItems(override)
    if (changed === undefined) return undefined
    const from = readCount(override['min_prompt_tokens'])
    if (from !== undefined) tiers.push({ abovePromptTokens: from - 1, items: changed })
    // Prices of some hours bound holds at all hours: the charge itself is the cost that OpenRouter reports.
    else takeDearer(items, changed)
  }
  tiers.sort((a, b) => a.abovePromptTokens - b.abovePromptTokens)
  return { items, tiers, version }
}

function readItems(pricing: Fields): Partial<Record<UsageItem, NanoPerMillion>> | undefined {
  const items: Partial<Record<UsageItem, NanoPerMillion>> = {}
  for (const [field, item] of Object.entries(ITEMS)) {
    const text = readDecimal(pricing[field])
    if (text === undefined) continue
    const price = readPrice(text)
    if (price === undefined) return undefined
    // A zero beside a priced prompt means "not charged apart": the item is billed as what it is part of.
    if (price > 0n || item === 'input' || item === 'output') items[item] = price
  }
  return items
}

function readPrice(text: string): NanoPerMillion | undefined {
  try {
    const price = parseUsdPerUnit(text)
    return price < 0n ? undefined : price
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function takeDearer(
  items: Partial<Record<UsageItem, NanoPerMillion>>,
  others: Readonly<Partial<Record<UsageItem, NanoPerMillion>>>,
): void {
  for (const item of Object.values(ITEMS)) {
    const other = others[item]
    if (other !== undefined && other > (items[item] ?? 0n)) items[item] = other
  }
}
