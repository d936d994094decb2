import { type NanoPerMillion, parseUsdPerMillion } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'
import type { PriceSetting } from '../config/prices.ts'
import { type Prices, USAGE_ITEMS } from '../meter/price-book.ts'

/** The operator's own prices, by model id (`openai/gpt-4o`) or endpoint id (`openai:gpt-4o`). */
export type PriceOverrides = ReadonlyMap<string, Prices>

/** Reads the configuration file's `prices`, which its schema has already found to be decimals. */
export function readPriceOverrides(settings: Readonly<Record<string, PriceSetting>>): PriceOverrides {
  const overrides = new Map<string, Prices>()
  for (const [name, setting] of Object.entries(settings)) {
    const tiers = (setting.tiers ?? []).map((tier) => ({
      abovePromptTokens: tier.above_prompt_tokens,
      items: readItems(tier),
    }))
    tiers.sort((a, b) => a.abovePromptTokens - b.abovePromptTokens)
    overrides.set(name, { items: readItems(setting), tiers, version: 'config' })
  }
  return overrides
}

function readItems(texts: Readonly<Partial<Record<UsageItem, string | undefined>>>): Prices['items'] {
  const items: Partial<Record<UsageItem, NanoPerMillion>> = {}
  for (const item of USAGE_ITEMS) {
    const text = texts[item]
    if (text !== undefined) items[item] = parseUsdPerMillion(text)
  }
  return items
}
