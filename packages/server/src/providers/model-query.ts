import { KeywayError } from '../base/errors.ts'
import { type NanoPerMillion, parseUsdPerMillion } from '../base/money.ts'
import type { Model } from './model.ts'

/** The query of `GET /models`, as the edge gives it. A list is `a,b`, or the parameter repeated. */
export type ModelQuery = Readonly<Record<string, string | readonly string[] | undefined>>

/** A page, once a client asks for one. */
export type Page = { offset: number; limit: number }

/** Models on a page, at most and by default: OpenRouter's figures. */
const LIMIT_MAX = 1000
const LIMIT_DEFAULT = 500

/** Characters of a search. */
const SEARCH_MAX = 200

/**
 * Keeps the models that a query asks for. Without `output_modalities` these are the ones that write text, as OpenRouter
 * has it; `all` lifts that. Parameters that are none of ours (`category`, `zdr`, ...) are ignored, never refused.
 * @throws KeywayError invalid_request
 */
export function filterModels(models: readonly Model[], query: ModelQuery): Model[] {
  const inputs = namesOf(query, 'input_modalities')
  const outputs = namesOf(query, 'output_modalities') ?? ['text']
  const parameters = namesOf(query, 'supported_parameters')
  const authors = namesOf(query, 'model_authors')
  const providers = namesOf(query, 'providers')
  const search = textOf(query, 'q')?.toLowerCase().slice(0, SEARCH_MAX)
  const context = countOf(query, 'context')
  const least = priceOf(query, 'min_price')
  const most = priceOf(query, 'max_price')
  const all = outputs.includes('all')
  return models.filter((model) => {
    const price = lowestInput(model)
    return (
      (all || outputs.every((name) => model.outputModalities.includes(name))) &&
      (inputs?.every((name) => model.inputModalities.includes(name)) ?? true) &&
      (parameters?.every((name) => model.supportedParameters.includes(name)) ?? true) &&
      (authors?.includes(model.id.slice(0, model.id.indexOf('/'))) ?? true) &&
      (providers === undefined || model.endpoints.some(({ provider }) => providers.includes(provider))) &&
      (search === undefined || `${model.id} ${model.name}`.toLowerCase().includes(search)) &&
      (context === undefined || (model.contextLength ?? 0) >= context) &&
      (least === undefined || (price !== undefined && price >= least)) &&
      (most === undefined || (price !== undefined && price <= most))
    )
  })
}

/** The page asked for; undefined when none is, and the list comes whole. @throws KeywayError invalid_request */
export function readPage(query: ModelQuery): Page | undefined {
  const offset = countOf(query, 'offset')
  const limit = countOf(query, 'limit')
  if (offset === undefined && limit === undefined) return undefined
  if (limit !== undefined && (limit < 1 || limit > LIMIT_MAX)) throw wrong('limit', `an integer from 1 to ${LIMIT_MAX}`)
  return { offset: offset ?? 0, limit: limit ?? LIMIT_DEFAULT }
}

function lowestInput(model: Model): NanoPerMillion | undefined {
  let lowest: NanoPerMillion | undefined
  for (const { prices } of model.endpoints) {
    const price = prices?.items.input
    if (price !== undefined && (lowest === undefined || price < lowest)) lowest = price
  }
  return lowest
}

function textOf(query: ModelQuery, name: string): string | undefined {
  const value = query[name]
  return value === undefined || value === '' ? undefined : String(value)
}

function namesOf(query: ModelQuery, name: string): string[] | undefined {
  const names = textOf(query, name)
    ?.split(',')
    .flatMap((part) => part.trim() || [])
  return names === undefined || names.length === 0 ? undefined : names
}

function countOf(query: ModelQuery, name: string): number | undefined {
  const text = textOf(query, name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw wrong(name, 'an integer of 0 or more')
  return Number(text)
}

/** US dollars per million input tokens. */
function priceOf(query: ModelQuery, name: string): NanoPerMillion | undefined {
  const text = textOf(query, name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) throw wrong(name, 'US dollars per million tokens, such as 2.50')
  return parseUsdPerMillion(text)
}

function wrong(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `${field}: expected ${expected}.`, { metadata: { field } })
}
