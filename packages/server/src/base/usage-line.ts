/**
 * One billable quantity of a call. The lines of a receipt are disjoint: adding them never counts a token twice, so
 * 'input' is what was *not* read from a cache and 'output' what was *not* reasoning.
 */
export type UsageLine = {
  item: UsageItem
  /** A non-negative safe integer. */
  quantity: number
}

/** What a price is asked for. Each item has its own unit: a token, or one image, second, search or call. */
export type UsageItem =
  | 'input'
  | 'input.cache-read'
  | 'input.cache-write'
  | 'input.cache-write-1h'
  | 'input.image'
  | 'input.audio'
  | 'output'
  | 'output.reasoning'
  | 'output.image'
  | 'output.audio'
  | 'call'
  | 'tool.web-search'
