import type { NanoPerMillion } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'

/** Prices by item. A missing item has no price: it is not free. */
export type PriceItems = Readonly<Partial<Record<UsageItem, NanoPerMillion>>>

/** What one endpoint charges, exact, with where the figures come from. A missing item has no price: it is not free. */
export type Prices = {
  readonly items: PriceItems
  /** Prices that replace these above a prompt length (tokens), dearest threshold last. */
  readonly tiers: readonly { abovePromptTokens: number; items: PriceItems }[]
  /** 'genai-prices@0.1.8', 'openrouter@2026-11-21T09:00:00Z', 'config': stands in every charge. */
  readonly version: string
}

/** Every item that can be priced. The type makes the list complete: an item left out does not compile. */
const ALL_ITEMS: Record<UsageItem, true> = {
  input: true,
  'input.cache-read': true,
  'input.cache-write': true,
  'input.cache-write-1h': true,
  'input.image': true,
  'input.audio': true,
  output: true,
  'output.reasoning': true,
  'output.image': true,
  'output.audio': true,
  call: true,
  'tool.web-search': true,
}

function isItem(name: string): name is UsageItem {
  return Object.hasOwn(ALL_ITEMS, name)
}

/** The names of all items, in the order in which they are shown. */
export const USAGE_ITEMS: readonly UsageItem[] = Object.keys(ALL_ITEMS).filter(isItem)

/** What a free provider charges: zero for everything, said explicitly. */
export const FREE_PRICES: Prices = {
  items: Object.fromEntries(USAGE_ITEMS.map((item) => [item, 0n])),
  tiers: [],
  version: 'free',
}

/**
 * Items that are charged at another item's price where the list has none of their own, because the providers say so:
 * thinking is billed as output, images are converted to tokens and billed as input, and a list without a discount for
 * cached tokens bills them as the input they are.
 * Nothing else falls back: cache writes and audio cost more than plain input wherever they are priced.
 *
 * @see https://developers.openai.com/api/docs/guides/reasoning
 * @see https://ai.google.dev/gemini-api/docs/pricing
 * @see https://docs.x.ai/docs/key-information/consumption-and-rate-limits
 * @see https://developers.openai.com/api/docs/guides/images-vision
 */
const BILLED_AS: Readonly<Partial<Record<UsageItem, UsageItem>>> = {
  'output.reasoning': 'output',
  'input.image': 'input',
  'input.cache-read': 'input',
}

/**
 * The price of an item for a prompt of that many tokens (cached ones included, images and audio too), or undefined when
 * it has none. Above a tier's threshold the tier's price replaces the base price, for the whole call.
 */
export function priceOf(prices: Prices, item: UsageItem, promptTokens: number): NanoPerMillion | undefined {
  const own = ownPrice(prices, item, promptTokens)
  if (own !== undefined) return own
  const stand = BILLED_AS[item]
  return stand === undefined ? undefined : ownPrice(prices, stand, promptTokens)
}

function ownPrice(prices: Prices, item: UsageItem, promptTokens: number): NanoPerMillion | undefined {
  for (let index = prices.tiers.length - 1; index >= 0; index--) {
    const tier = prices.tiers[index]
    if (tier === undefined || promptTokens <= tier.abovePromptTokens) continue
    const price = tier.items[item]
    if (price !== undefined) return price
  }
  return prices.items[item]
}
