import type { Prices } from '../meter/price-book.ts'

/** A model, by the id that clients write. */
export type Model = {
  /** `author/slug`, or `<provider>/<native id>` where no table maps it. */
  id: string
  /** Where OpenRouter's dated permanent slug is known; else the id. */
  canonicalSlug: string
  name: string
  description: string
  /** Unix seconds; 0 when unknown. */
  created: number
  contextLength: number | null
  inputModalities: readonly string[]
  outputModalities: readonly string[]
  supportedParameters: readonly string[]
  knowledgeCutoff: string | null
  endpoints: readonly Endpoint[]
}

/** A model at a provider. */
export type Endpoint = {
  /** `<provider>:<native id>`: unique. */
  id: string
  modelId: string
  provider: string
  /** What the provider calls it. */
  nativeId: string
  contextLength: number | null
  maxOutputTokens: number | null
  /** undefined: unknown. Such an endpoint is refused unless its provider is free. */
  prices: Prices | undefined
  supportedParameters: readonly string[]
  /** Upper bounds in tokens for one part of each kind, for holds. */
  partTokensMax: { image: number; file: number; audio: number }
}

/** Everything callable in principle, at one moment. Immutable; a refresh makes another. */
export type Catalogue = {
  readonly models: ReadonlyMap<string, Model>
  /**
   * Resolves what a client wrote: an id, an id with a variant suffix (only if in the variant list and the rest is a model),
   * or an unambiguous bare name.
   */
  resolve(name: string): Resolution
}

export type Resolution =
  | { kind: 'model'; model: Model; variant: string | undefined }
  /** Several models have that bare name. */
  | { kind: 'ambiguous'; candidates: string[] }
  /** Nothing has it; the nearest names, at most five. */
  | { kind: 'unknown'; nearest: string[] }
