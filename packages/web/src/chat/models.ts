import type { ModelItem } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { modelsQuery } from '../api/queries.ts'

const byList = new WeakMap<readonly ModelItem[], ReadonlyMap<string, ModelItem>>()

function index(models: readonly ModelItem[]): ReadonlyMap<string, ModelItem> {
  const known = byList.get(models)
  if (known !== undefined) return known
  const made = new Map(models.map((model) => [model.id, model]))
  byList.set(models, made)
  return made
}

/** The models by their ids. */
export function useModels(): ReadonlyMap<string, ModelItem> {
  return index(useSuspenseQuery(modelsQuery).data.data)
}

/** What a model is called; one that is gone, by its id. */
export function nameOf(models: ReadonlyMap<string, ModelItem>, id: string): string {
  return models.get(id)?.name ?? id.split('/').at(-1) ?? id
}
