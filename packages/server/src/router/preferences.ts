import { KeywayError } from '../base/errors.ts'
import type { NanoPerMillion } from '../base/money.ts'
import { parseUsdPerMillion, parseUsdPerUnit } from '../base/money.ts'
import type { UsageItem } from '../base/usage-line.ts'

export type SortBy = 'price' | 'throughput' | 'latency'

/** The dearest price that the caller accepts, by the item it limits. */
export type MaxPrice = ReadonlyMap<UsageItem, NanoPerMillion>

/** A request's `provider` object, checked. Provider names are lower case. */
export type Preferences = {
  order: readonly string[]
  /** undefined: any. */
  only: readonly string[] | undefined
  ignore: readonly string[]
  fallbacks: 'allowed' | 'forbidden'
  parameters: 'preferred' | 'required'
  /** undefined: our own order. */
  sort: SortBy | undefined
  /** 'none': endpoints of all listed models are ranked together; 'model': one model after the other. */
  partition: 'model' | 'none'
  maxPrice: MaxPrice
  /** Promises about data that an endpoint must make. */
  dataPolicies: readonly ('zdr' | 'training' | 'distillable')[]
  notes: string[]
}

// As many providers as exist are fewer; a longer list is a mistake or an attack.
const NAMES_MAX = 100

function refuse(field: string, expected: string): never {
  throw new KeywayError('invalid_request', `provider.${field}: expected ${expected}.`, {
    metadata: { field: `provider.${field}` },
  })
}

type Fields = Record<string, unknown>

// OpenRouter's schema lets every member be null, which means absent.
function present(fields: Fields, name: string): unknown {
  const value = fields[name]
  return value === null ? undefined : value
}

function readNames(fields: Fields, name: string): readonly string[] | undefined {
  const value = present(fields, name)
  if (value === undefined) return undefined
  const isName = (item: unknown): item is string => typeof item === 'string'
  if (!Array.isArray(value) || !value.every(isName)) return refuse(name, 'a list of provider names')
  if (value.length > NAMES_MAX) refuse(name, `at most ${NAMES_MAX} names`)
  return value.map((item) => item.trim().toLowerCase())
}

function readFlag(fields: Fields, name: string): boolean | undefined {
  const value = present(fields, name)
  if (value === undefined || typeof value === 'boolean') return value
  return refuse(name, 'true or false')
}

function readChoice<T extends string>(value: unknown, field: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value)
  return found ?? refuse(field, choices.map((choice) => `"${choice}"`).join(', '))
}

function readSort(fields: Fields): Pick<Preferences, 'sort' | 'partition'> {
  const value = present(fields, 'sort')
  if (value === undefined) return { sort: undefined, partition: 'model' }
  const by = ['price', 'throughput', 'latency', 'exacto'] as const
  // 'exacto' ranks by how well tools are called, of which we know nothing: our own order then.
  const plain = (choice: (typeof by)[number]) => (choice === 'exacto' ? undefined : choice)
  if (typeof value === 'string') return { sort: plain(readChoice(value, 'sort', by)), partition: 'model' }
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('sort', 'a word or { by, partition }')
  const fieldsOfSort: Fields = { ...value }
  const sort = present(fieldsOfSort, 'by')
  const partition = present(fieldsOfSort, 'partition')
  return {
    sort: sort === undefined ? undefined : plain(readChoice(sort, 'sort.by', by)),
    partition: partition === undefined ? 'model' : readChoice(partition, 'sort.partition', ['model', 'none']),
  }
}

// Tokens are priced by the million in this object, the others by one.
const PRICE_FIELDS = [
  ['prompt', 'input', parseUsdPerMillion],
  ['completion', 'output', parseUsdPerMillion],
  ['audio', 'input.audio', parseUsdPerMillion],
  ['request', 'call', parseUsdPerUnit],
  ['image', 'input.image', parseUsdPerUnit],
] as const

function readMaxPrice(fields: Fields): MaxPrice {
  const value = present(fields, 'max_price')
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('max_price', 'an object of prices in USD')
  const prices: Fields = { ...value }
  const result = new Map<UsageItem, NanoPerMillion>()
  for (const [name, item, parse] of PRICE_FIELDS) {
    const price = present(prices, name)
    if (price === undefined) continue
    const field = `max_price.${name}`
    if (typeof price !== 'number' && typeof price !== 'string') refuse(field, 'a number or a decimal string, in USD')
    result.set(item, parsePrice(String(price), field, parse))
  }
  return result
}

function parsePrice(text: string, field: string, parse: (text: string) => NanoPerMillion): NanoPerMillion {
  let price: NanoPerMillion
  try {
    price = parse(text)
  } catch (error) {
    if (error instanceof RangeError) return refuse(field, 'a decimal number of USD')
    throw error
  }
  return price < 0n ? refuse(field, 'a price of 0 or more') : price
}

function readDataPolicies(fields: Fields): Preferences['dataPolicies'] {
  const policies: Preferences['dataPolicies'][number][] = []
  if (readFlag(fields, 'zdr') === true) policies.push('zdr')
  const collection = present(fields, 'data_collection')
  if (collection !== undefined && readChoice(collection, 'data_collection', ['allow', 'deny']) === 'deny')
    policies.push('training')
  if (readFlag(fields, 'enforce_distillable_text') === true) policies.push('distillable')
  return policies
}

// What OpenRouter would act upon and we cannot, because no provider tells it of its own endpoints.
const PASSED_ONLY = ['quantizations', 'preferred_min_throughput', 'preferred_max_latency'] as const

/**
 * Reads OpenRouter's `provider` object. Unknown members pass; a known one of the wrong type is refused by name.
 * { order: ['Groq'], allow_fallbacks: false } -> { order: ['groq'], fallbacks: 'forbidden', ... }
 * @throws KeywayError invalid_request
 * @see https://openrouter.ai/docs/guides/routing/provider-selection (read 2026-11-21)
 */
export function readPreferences(routing: Record<string, unknown> | undefined): Preferences {
  const fields = routing ?? {}
  return {
    order: readNames(fields, 'order') ?? [],
    only: readNames(fields, 'only'),
    ignore: readNames(fields, 'ignore') ?? [],
    fallbacks: readFlag(fields, 'allow_fallbacks') === false ? 'forbidden' : 'allowed',
    parameters: readFlag(fields, 'require_parameters') === true ? 'required' : 'preferred',
    ...readSort(fields),
    maxPrice: readMaxPrice(fields),
    dataPolicies: readDataPolicies(fields),
    notes: PASSED_ONLY.filter((name) => present(fields, name) !== undefined).map(
      (name) =>
        `provider.${name} is passed on to OpenRouter and ignored elsewhere: other providers publish no such figure.`,
    ),
  }
}
