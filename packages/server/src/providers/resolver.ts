import type { Catalogue, Model, Resolution } from './model.ts'
import { nearestNames } from './nearest-names.ts'

/**
 * Suffixes that say how a model is to be served. A suffix counts only where the id without it is a model: `llama3:8b` has
 * none.
 * @see https://openrouter.ai/docs/guides/routing/model-variants
 */
export const VARIANTS: ReadonlySet<string> = new Set([
  'free',
  'nitro',
  'floor',
  'online',
  'thinking',
  'extended',
  'exacto',
])

/** Variants that may be stacked on one another. A name with more is no model's. */
const VARIANTS_MAX = 3

/** UTF-16 units of a name. A provider's name and the longest native id that is taken from a list fit. */
const NAME_MAX = 300

/** How many nearest names, and how many candidates, an answer holds. */
const NAMES_MAX = 5

/** Names by which a model may be called beside its id, in lower case, with the ids that they may mean. */
type Aliases = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Makes a catalogue's `resolve`. An exact id costs one look-up; the index of other names is made when it is first needed.
 *
 *     resolve('gpt-5.5')              // the model openai/gpt-5.5
 *     resolve('openai/gpt-5.5:nitro') // the same, variant 'nitro'
 *     resolve('ollama/llama3:8b')     // the local model; '8b' is no variant
 *     resolve('claude-opus-4-5')      // anthropic/claude-opus-4.5, by Anthropic's own name
 */
export function createResolver(models: ReadonlyMap<string, Model>): Catalogue['resolve'] {
  let aliases: Aliases | undefined
  const find = (name: string): Resolution | undefined => {
    const model = models.get(name)
    if (model !== undefined) return { kind: 'model', model, variant: undefined }
    aliases ??= indexAliases(models)
    return byAlias(aliases.get(name.toLowerCase()), models)
  }
  return (name) => {
    const model = models.get(name)
    if (model !== undefined) return { kind: 'model', model, variant: undefined }
    if (name.length > NAME_MAX) return { kind: 'unknown', nearest: [] }
    return (
      find(name) ?? byVariant(name, find) ?? { kind: 'unknown', nearest: nearestNames(name, models.keys(), NAMES_MAX) }
    )
  }
}

function byAlias(ids: ReadonlySet<string> | undefined, models: ReadonlyMap<string, Model>): Resolution | undefined {
  if (ids === undefined) return undefined
  const [first] = ids
  const model = ids.size === 1 && first !== undefined ? models.get(first) : undefined
  if (model !== undefined) return { kind: 'model', model, variant: undefined }
  return { kind: 'ambiguous', candidates: [...ids].sort().slice(0, NAMES_MAX) }
}

/** 'x:free:online' is the variant 'online' of the model 'x:free' where there is one, else 'free:online' of 'x'. */
function byVariant(name: string, find: (name: string) => Resolution | undefined): Resolution | undefined {
  let variant: string | undefined
  let rest = name
  for (let count = 0; count < VARIANTS_MAX; count++) {
    const colon = rest.lastIndexOf(':')
    const suffix = rest.slice(colon + 1)
    if (colon <= 0 || !VARIANTS.has(suffix)) return undefined
    variant = variant === undefined ? suffix : `${suffix}:${variant}`
    rest = rest.slice(0, colon)
    const found = find(rest)
    if (found !== undefined) return found.kind === 'model' ? { ...found, variant } : found
  }
  return undefined
}

/** The id without its author, and what each provider calls it, alone or after the provider's name. */
function indexAliases(models: ReadonlyMap<string, Model>): Aliases {
  const aliases = new Map<string, Set<string>>()
  const add = (alias: string, id: string) => {
    const key = alias.toLowerCase()
    const ids = aliases.get(key)
    if (ids === undefined) aliases.set(key, new Set([id]))
    else ids.add(id)
  }
  for (const [id, model] of models) {
    add(id, id)
    add(id.slice(id.indexOf('/') + 1), id)
    for (const endpoint of model.endpoints) {
      add(endpoint.nativeId, id)
      add(`${endpoint.provider}/${endpoint.nativeId}`, id)
    }
  }
  return aliases
}
