import type { NanoPerMillion } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'
import { type PriceItems, type Prices, USAGE_ITEMS } from '../meter/price-book.ts'
import data from './catalogue-data.json' with { type: 'json' }

/** Nano-dollars per million units, as decimal digits: JSON has no integer that large. */
type ItemsText = { readonly [item in UsageItem]?: string | undefined }

/** Prices that hold from a day on, or within hours of each day (both UTC). Of those that hold, the last one counts. */
export type DatedPrices = {
  /** YYYY-MM-DD. */
  readonly from?: string | undefined
  /** HH:MM, the second excluded; it may be past midnight. */
  readonly hours?: readonly string[] | undefined
  readonly items: ItemsText
  readonly tiers?: readonly { readonly above_prompt_tokens: number; readonly items: ItemsText }[] | undefined
}

/** A model at a provider, as bundled. No prices: unknown. */
export type BundledEndpoint = {
  readonly name: string
  readonly context?: number | undefined
  readonly prices: readonly DatedPrices[]
}

/** The bundled table: provider -> native id -> endpoint. Written by scripts/catalogue.ts. */
export type Bundled = {
  /** The package it was made from: '@pydantic/genai-prices@0.1.8'. Stands in every charge. */
  readonly source: string
  readonly providers: Readonly<Record<string, Readonly<Record<string, BundledEndpoint>>>>
}

/** The table that this version of Keyway carries. */
export const BUNDLED: Bundled = data

/** The prices of one moment, and when they next change (milliseconds since the epoch; Infinity: never). */
export type PricesNow = { prices: Prices | undefined; until: number }

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Picks the prices that hold at a moment. @param version stands in every charge made with them */
export function pricesAt(dated: readonly DatedPrices[], nowMs: number, version: string): PricesNow {
  let chosen: DatedPrices | undefined
  let until = Number.POSITIVE_INFINITY
  for (const candidate of dated) {
    const { holds, changesAt } = heldAt(candidate, nowMs)
    if (holds || chosen === undefined) chosen = candidate
    until = Math.min(until, changesAt)
  }
  if (chosen === undefined) return { prices: undefined, until }
  const tiers = (chosen.tiers ?? []).map((tier) => ({
    abovePromptTokens: tier.above_prompt_tokens,
    items: readItems(tier.items),
  }))
  return { prices: { items: readItems(chosen.items), tiers, version: versionOf(chosen, version) }, until }
}

function heldAt({ from, hours }: DatedPrices, nowMs: number): { holds: boolean; changesAt: number } {
  if (from !== undefined) {
    const start = Date.parse(`${from}T00:00:00Z`)
    return { holds: nowMs >= start, changesAt: nowMs < start ? start : Number.POSITIVE_INFINITY }
  }
  const [opens, closes] = (hours ?? []).map(minutesOf)
  if (opens === undefined || closes === undefined) return { holds: true, changesAt: Number.POSITIVE_INFINITY }
  const midnight = Math.floor(nowMs / DAY_MS) * DAY_MS
  const minute = (nowMs - midnight) / MINUTE_MS
  const holds = opens <= closes ? minute >= opens && minute < closes : minute >= opens || minute < closes
  const next = [opens, closes].map((edge) => midnight + edge * MINUTE_MS + (edge > minute ? 0 : DAY_MS))
  return { holds, changesAt: Math.min(...next) }
}

/** '16:30' -> 990 */
function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
}

function versionOf({ from, hours }: DatedPrices, version: string): string {
  if (from !== undefined) return `${version} from ${from}`
  return hours === undefined ? version : `${version} ${hours.join('-')} UTC`
}

function readItems(texts: ItemsText): PriceItems {
  const items: Partial<Record<UsageItem, NanoPerMillion>> = {}
  for (const item of USAGE_ITEMS) {
    const text = texts[item]
    if (text !== undefined) items[item] = BigInt(text)
  }
  return items
}
