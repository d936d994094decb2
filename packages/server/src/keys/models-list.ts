import { KeywayError } from '../base/errors.ts'

/** Entries of a key's list of models. */
const ENTRIES_MAX = 200
/** Characters of one entry: the longest ids in use have about 100. */
const ENTRY_CHARS_MAX = 256

/** Whether a key may call a model. @param variant the suffix that was recognised as one, without its colon */
export type ModelMatcher = (modelId: string, variant?: string) => boolean

/**
 * Compiles a key's list of models. An entry is an id, which allows the model and its variants; an id with a variant,
 * which allows that variant only; or `author/*`.
 *
 * ['openai/gpt-4o', 'meta-llama/llama-4:free', 'anthropic/*']
 * @param list null allows every model
 */
export function modelMatcher(list: readonly string[] | null): ModelMatcher {
  if (list === null) return () => true
  const ids = new Set(list.filter((entry) => !entry.endsWith('/*')))
  const prefixes = list.filter((entry) => entry.endsWith('/*')).map((entry) => entry.slice(0, -1))
  return (modelId, variant) =>
    ids.has(modelId) ||
    (variant !== undefined && ids.has(`${modelId}:${variant}`)) ||
    prefixes.some((prefix) => modelId.startsWith(prefix))
}

/**
 * Checks a list of models as someone wrote it, and drops repetitions.
 * @throws KeywayError `invalid_request`, naming the entry
 */
export function checkModelsList(list: readonly string[]): string[] {
  if (list.length === 0 || list.length > ENTRIES_MAX) {
    throw refuse(`"models" has ${list.length} entries, expected 1 to ${ENTRIES_MAX}, or null to allow every model`)
  }
  for (const entry of list) {
    if (entry.length > ENTRY_CHARS_MAX || !/^[^\s/*]+\/(?:[^\s*]+|\*)$/.test(entry)) {
      const shown = JSON.stringify(entry.slice(0, 60))
      throw refuse(`"models" holds ${shown}, expected "author/slug", "author/slug:variant" or "author/*"`)
    }
  }
  return [...new Set(list)]
}

function refuse(message: string): KeywayError {
  return new KeywayError('invalid_request', `${message}.`)
}
