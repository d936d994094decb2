import type { NanoPerMillion } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'

/** What one endpoint charges, exact, with where the figures come from. A missing item has no price: it is not free. */
export type Prices = {
  readonly items: Readonly<Partial<Record<UsageItem, NanoPerMillion>>>
  /** Prices that replace these above a prompt length (tokens), dearest threshold last. */
  readonly tiers: readonly { abovePromptTokens: number; items: Readonly<Partial<Record<UsageItem, NanoPerMillion>>> }[]
  /** 'genai-prices@0.1.8', 'openrouter@2026-11-21T09:00:00Z', 'config': stands in every charge. */
  readonly version: string
}
