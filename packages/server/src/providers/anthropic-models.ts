import { KeywayError } from '../base/errors.ts'
import type { Model } from './model.ts'
import type { ModelQuery } from './model-query.ts'

/** Models on a page, at most and by default: Anthropic's figures. */
const LIMIT_MAX = 1000
const LIMIT_DEFAULT = 20

/**
 * The answer of `GET /models` in Anthropic's shape, newest first: what its SDK reads, and what Claude Code offers to choose from.
 * @param models those that the key can call by Anthropic's Messages
 * @throws KeywayError invalid_request for a page that is none
 * @see https://platform.claude.com/docs/en/api/models-list (read 2026-11-29)
 */
export function anthropicModelsView(models: readonly Model[], query: ModelQuery) {
  const newest = models.toSorted((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  const limit = limitOf(query)
  const [after, before] = [cursorOf(query, 'after_id', newest), cursorOf(query, 'before_id', newest)]
  if (after !== undefined && before !== undefined)
    throw new KeywayError('invalid_request', 'after_id and before_id: give one of them.')
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit)
  const end = before ?? start + limit
  const shown = newest.slice(start, end)
  return {
    data: shown.map(anthropicModelView),
    first_id: shown[0]?.id ?? null,
    last_id: shown.at(-1)?.id ?? null,
    // In the direction in which the client reads.
    has_more: before === undefined ? end < newest.length : start > 0,
  }
}

/** The end of the year 9999, in seconds: what a list says beyond it is no time, and has no form that clients read. */
const CREATED_MAX = 253_402_300_799

/** One model, as in `GET /models/{id}` there. */
export function anthropicModelView(model: Model) {
  return {
    type: 'model',
    id: model.id,
    display_name: model.name,
    created_at: new Date(model.created > CREATED_MAX ? 0 : model.created * 1000).toISOString(),
    max_input_tokens: model.contextLength,
    max_tokens: Math.max(0, ...model.endpoints.map(({ maxOutputTokens }) => maxOutputTokens ?? 0)) || null,
  }
}

function limitOf({ limit }: ModelQuery): number {
  if (limit === undefined) return LIMIT_DEFAULT
  const value = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0
  if (value < 1 || value > LIMIT_MAX)
    throw new KeywayError('invalid_request', `limit: expected an integer from 1 to ${LIMIT_MAX}.`, {
      metadata: { field: 'limit' },
    })
  return value
}

/** Where the model stands that a page begins behind, or ends before. */
function cursorOf(query: ModelQuery, name: 'after_id' | 'before_id', models: readonly Model[]): number | undefined {
  const id = query[name]
  if (id === undefined) return undefined
  const at = models.findIndex((model) => model.id === id)
  if (at === -1)
    throw new KeywayError('invalid_request', `${name}: expected the id of a model in this list.`, {
      metadata: { field: name },
    })
  return at
}
