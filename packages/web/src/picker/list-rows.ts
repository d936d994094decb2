import type { ModelItem } from '@keyway/contract'

export type Row =
  | { kind: 'heading'; id: 'favourites' | 'recent' | 'all' }
  | { kind: 'model'; key: string; model: ModelItem }

/**
 * The list from top to bottom: favourites and recent ones first, then all. A model stands once, in the first of the groups
 * that it belongs to; a search has no groups.
 */
export function listRows(
  models: readonly ModelItem[],
  { favourites, recent, searching }: { favourites: readonly string[]; recent: readonly string[]; searching: boolean },
): Row[] {
  if (searching) return models.map((model) => ({ kind: 'model', key: model.id, model }))
  const byId = new Map(models.map((model) => [model.id, model]))
  const placed = new Set<string>()
  const group = (id: 'favourites' | 'recent' | 'all', ids: Iterable<string>): Row[] => {
    const rows: Row[] = []
    for (const modelId of ids) {
      const model = byId.get(modelId)
      if (model === undefined || placed.has(modelId)) continue
      placed.add(modelId)
      rows.push({ kind: 'model', key: modelId, model })
    }
    return rows.length === 0 ? [] : [{ kind: 'heading', id }, ...rows]
  }
  return [...group('favourites', favourites), ...group('recent', recent), ...group('all', byId.keys())]
}
