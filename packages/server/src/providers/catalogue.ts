import { FREE_PRICES, type Prices } from '../meter/price-book.ts'
import { type Bundled, pricesAt } from './bundled.ts'
import type { Discovered, DiscoveredModel } from './discovered.ts'
import type { Catalogue, Endpoint, Model } from './model.ts'
import { factsOf } from './model-facts.ts'
import type { PriceOverrides } from './overrides.ts'
import { parametersOf } from './parameters.ts'
import { partTokensOf } from './part-tokens.ts'
import type { Provider } from './provider.ts'
import { createResolver } from './resolver.ts'
import { modelIdOf } from './slug.ts'

/** What a catalogue is made from. */
export type CatalogueSources = {
  bundled: Bundled
  /** The rows of every provider that may be called, custom ones included. */
  providers: readonly Provider[]
  discovered: Discovered
  overrides: PriceOverrides
  /** Prices have dates and hours. */
  nowMs: number
}

/** A catalogue of one moment. */
export type DatedCatalogue = Catalogue & {
  /** When some bundled price changes by itself (ms since the epoch; Infinity: never). Make another catalogue then. */
  readonly validUntilMs: number
}

/** A model at a provider before the models are put together. */
type Draft = { endpoint: Endpoint; told: DiscoveredModel }

/**
 * Puts the models together. Where a provider's own list was read and its row says that it counts, that list is what it
 * serves; elsewhere the bundled table is. Prices, first found wins: the operator's for the endpoint, the operator's for
 * the model, free, the provider's own list, the bundled table. One provider's price never stands in for another's.
 * An endpoint that only the operator's prices name (`openai:gpt-7`) is added.
 */
export function createCatalogue(sources: CatalogueSources): DatedCatalogue {
  const drafts = new Map<string, Draft[]>()
  let validUntilMs = Number.POSITIVE_INFINITY
  for (const provider of sources.providers) {
    for (const [told, bundledUntil] of listOf(provider, sources)) {
      const endpoint = makeEndpoint(provider, told, sources.overrides)
      const together = drafts.get(endpoint.modelId)
      if (together === undefined) drafts.set(endpoint.modelId, [{ endpoint, told }])
      else together.push({ endpoint, told })
      validUntilMs = Math.min(validUntilMs, bundledUntil)
    }
  }
  const models = new Map<string, Model>()
  for (const [id, of] of drafts) models.set(id, makeModel(id, of))
  return { models, resolve: createResolver(models), validUntilMs }
}

/**
 * The part of a catalogue that passes a test, as a catalogue: what one key can call now. A model without endpoints left
 * is not in it.
 */
export function narrowCatalogue(catalogue: Catalogue, keep: (endpoint: Endpoint, model: Model) => boolean): Catalogue {
  const models = new Map<string, Model>()
  for (const [id, model] of catalogue.models) {
    const endpoints = model.endpoints.filter((endpoint) => keep(endpoint, model))
    if (endpoints.length === model.endpoints.length) models.set(id, model)
    else if (endpoints.length > 0) models.set(id, { ...model, endpoints })
  }
  return { models, resolve: createResolver(models) }
}

/** What a provider serves, each with the time when its bundled price changes. */
function* listOf(provider: Provider, sources: CatalogueSources): Generator<[DiscoveredModel, number]> {
  const table = sources.bundled.providers[provider.id] ?? {}
  const own = provider.discovers ? sources.discovered.get(provider.id) : undefined
  const seen = new Set<string>()
  const priced = (nativeId: string) => pricesAt(table[nativeId]?.prices ?? [], sources.nowMs, sources.bundled.source)
  for (const model of own ?? []) {
    if (seen.has(model.nativeId)) continue
    seen.add(model.nativeId)
    const { prices, until } = priced(model.nativeId)
    const context = table[model.nativeId]?.context
    yield [{ ...optional({ contextLength: context, prices }), ...model }, until]
  }
  for (const [nativeId, bundled] of own === undefined ? Object.entries(table) : []) {
    seen.add(nativeId)
    const { prices, until } = priced(nativeId)
    yield [{ nativeId, name: bundled.name, ...optional({ contextLength: bundled.context, prices }) }, until]
  }
  for (const name of sources.overrides.keys()) {
    const nativeId = name.startsWith(`${provider.id}:`) ? name.slice(provider.id.length + 1) : ''
    if (nativeId !== '' && !seen.has(nativeId)) yield [{ nativeId }, Number.POSITIVE_INFINITY]
  }
}

function optional(of: { contextLength: number | undefined; prices: Prices | undefined }) {
  return {
    ...(of.contextLength === undefined ? {} : { contextLength: of.contextLength }),
    ...(of.prices === undefined ? {} : { prices: of.prices }),
  }
}

function makeEndpoint(provider: Provider, told: DiscoveredModel, overrides: PriceOverrides): Endpoint {
  const modelId = modelIdOf(provider.id, told.nativeId)
  const id = `${provider.id}:${told.nativeId}`
  const facts = factsOf(modelId)
  const contextLength = told.contextLength ?? null
  return {
    id,
    modelId,
    provider: provider.id,
    nativeId: told.nativeId,
    contextLength,
    maxOutputTokens: told.maxOutputTokens ?? facts.maxOutputTokens,
    prices: overrides.get(id) ?? overrides.get(modelId) ?? (provider.free ? FREE_PRICES : told.prices),
    supportedParameters: told.supportedParameters ?? parametersOf(provider.dialect, facts),
    partTokensMax: partTokensOf(modelId, contextLength),
  }
}

/** The list that tells most (OpenRouter's describes its models) speaks for the model. */
function makeModel(id: string, drafts: readonly Draft[]): Model {
  const told = drafts.find((draft) => draft.told.description !== undefined)?.told ?? drafts[0]?.told
  const facts = factsOf(id)
  const parameters = new Set(drafts.flatMap((draft) => draft.endpoint.supportedParameters))
  const contexts = drafts.flatMap((draft) => draft.endpoint.contextLength ?? [])
  return {
    id,
    canonicalSlug: told?.canonicalSlug ?? id,
    name: told?.name ?? id,
    description: told?.description ?? '',
    created: told?.created ?? 0,
    contextLength: contexts.length === 0 ? null : Math.max(...contexts),
    inputModalities: told?.inputModalities ?? facts.inputModalities,
    outputModalities: told?.outputModalities ?? facts.outputModalities,
    supportedParameters: [...parameters],
    knowledgeCutoff: told?.knowledgeCutoff ?? null,
    endpoints: drafts.map((draft) => draft.endpoint),
  }
}
