import type { ModelItem } from '@keyway/contract'

/** What the reader narrows the list to. Empty values narrow nothing. */
export type Filters = {
  search: string
  free: boolean
  tools: boolean
  vision: boolean
  reasoning: boolean
  /** Tokens, at least. */
  contextMin: number
  /** US dollars for a million tokens of output, at most; 0: any. */
  outputPriceMax: number
  provider: string
}

export const NO_FILTERS: Filters = {
  search: '',
  free: false,
  tools: false,
  vision: false,
  reasoning: false,
  contextMin: 0,
  outputPriceMax: 0,
  provider: '',
}

/** The models that fit, in the order that they came. Every word of the search must occur somewhere in name, id or provider. */
export function filterModels(models: readonly ModelItem[], filters: Filters): ModelItem[] {
  const words = filters.search.toLowerCase().split(/\s+/).filter(Boolean)
  return models.filter((model) => {
    if (filters.free && !model.free) return false
    if (filters.tools && !model.tools) return false
    if (filters.vision && !model.input_modalities.includes('image')) return false
    if (filters.reasoning && !model.reasoning) return false
    if (filters.contextMin > 0 && (model.context_length ?? 0) < filters.contextMin) return false
    if (filters.outputPriceMax > 0) {
      // A model without a known price may cost anything.
      const price = model.price_output_usd_per_mtok
      if (price === null || Number(price) > filters.outputPriceMax) return false
    }
    if (filters.provider !== '' && !model.providers.some(({ id }) => id === filters.provider)) return false
    if (words.length === 0) return true
    const text = `${model.name} ${model.id} ${model.providers.map(({ name }) => name).join(' ')}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
