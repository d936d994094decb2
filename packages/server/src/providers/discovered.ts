import type { Prices } from '../meter/price-book.ts'

/** A model as its provider's own list tells of it. Absent means that the list does not say. */
export type DiscoveredModel = {
  nativeId: string
  name?: string
  canonicalSlug?: string
  description?: string
  /** Unix seconds. */
  created?: number
  contextLength?: number
  maxOutputTokens?: number
  inputModalities?: readonly string[]
  outputModalities?: readonly string[]
  supportedParameters?: readonly string[]
  knowledgeCutoff?: string
  prices?: Prices
}

/** Provider id -> the models of its list. A provider that was not asked yet is absent. */
export type Discovered = ReadonlyMap<string, readonly DiscoveredModel[]>

/** Models taken from one list; OpenRouter's has under a thousand. The rest is left out. */
export const DISCOVERED_MAX = 5000

/** Characters of an id or a name. Longer ones are left out: they would travel in every answer and log line. */
const NAME_MAX = 200

/** Characters of a description that are kept. */
const DESCRIPTION_MAX = 2000

/** An object of a JSON document. */
export type Fields = Readonly<Record<string, unknown>>

/** Narrows a JSON value to an object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A short, printable text, or undefined. */
export function readName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > NAME_MAX) return undefined
  return /[\p{Cc}\p{Cf}]/u.test(value) ? undefined : value
}

/** Any text, cut to a sane length, or undefined. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, DESCRIPTION_MAX) : undefined
}

/** A positive safe integer, or undefined. */
export function readCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** The short texts of a list, at most a hundred; undefined when it is no list. */
export function readNames(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.slice(0, 100).flatMap((entry) => readName(entry) ?? [])
}

/**
 * A price that a list writes as a decimal text or as a JSON number. A number is taken by its shortest decimal, which is
 * what the list wrote (lists have under 16 digits).
 */
export function readDecimal(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.length <= 40 ? value : undefined
}

/** Leaves the absent members out: `{ a: 1, b: undefined }` -> `{ a: 1 }`, as exact optional properties want it. */
export function present<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  const kept: Partial<T> = {}
  for (const key in fields) {
    const value = fields[key]
    if (value !== undefined) kept[key] = value
  }
  return kept
}
