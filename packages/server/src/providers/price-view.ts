import { formatUsdPerUnit } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'
import type { PriceItems, Prices } from '../meter/price-book.ts'

/** Prices as OpenRouter writes them: US dollars for one token or unit, as decimal texts. */
export type PricingView = { prompt: string; completion: string; overrides?: OverrideView[] } & OptionalPrices

type OptionalPrices = Partial<Record<Exclude<(typeof FIELDS)[number][0], 'prompt' | 'completion'>, string>>
type OverrideView = { min_prompt_tokens: number } & Partial<Record<(typeof FIELDS)[number][0], string>>

const FIELDS = [
  ['prompt', 'input'],
  ['completion', 'output'],
  ['request', 'call'],
  ['image_token', 'input.image'],
  ['image_output', 'output.image'],
  ['audio', 'input.audio'],
  ['audio_output', 'output.audio'],
  ['web_search', 'tool.web-search'],
  ['internal_reasoning', 'output.reasoning'],
  ['input_cache_read', 'input.cache-read'],
  ['input_cache_write', 'input.cache-write'],
  ['input_cache_write_1h', 'input.cache-write-1h'],
] as const satisfies readonly (readonly [string, UsageItem])[]

/** OpenRouter's sign for "not a fixed price". A zero would be believed. */
const UNKNOWN_PRICE = '-1'

/**
 * The wire's prices. An item without a price of its own is left out; a tier becomes an override.
 *
 *     pricingView({ items: { input: 2_500_000_000n, output: 10_000_000_000n }, tiers: [], version: 'config' })
 *     // { prompt: '0.0000025', completion: '0.00001' }
 */
export function pricingView(prices: Prices | undefined): PricingView {
  const items = prices?.items ?? {}
  const view: PricingView = { prompt: UNKNOWN_PRICE, completion: UNKNOWN_PRICE, ...texts(items) }
  if (prices !== undefined && prices.tiers.length > 0) {
    view.overrides = prices.tiers.map((tier) => ({
      min_prompt_tokens: tier.abovePromptTokens + 1,
      ...texts(tier.items),
    }))
  }
  return view
}

function texts(items: PriceItems): Partial<Record<(typeof FIELDS)[number][0], string>> {
  const view: Partial<Record<(typeof FIELDS)[number][0], string>> = {}
  for (const [field, item] of FIELDS) {
    const price = items[item]
    if (price !== undefined) view[field] = formatUsdPerUnit(price)
  }
  return view
}
