import type { ModelItem } from '@keyway/contract'

const LAST = 'keyway.chat.models'
/** As many as can be compared. */
export const COMPARED_MAX = 4

/** What this person asked last in this browser. */
export function lastModels(): string[] {
  return (localStorage.getItem(LAST) ?? '').split('\n').filter(Boolean).slice(0, COMPARED_MAX)
}

export function rememberModels(models: readonly string[]): void {
  localStorage.setItem(LAST, models.join('\n'))
}

/**
 * What a new chat begins with: the person's usual model, else the one they used last, else the one that the server
 * proposes; of these the first that can be called.
 */
export function firstModels(
  models: ReadonlyMap<string, ModelItem>,
  { usual, proposed }: { usual: string | null; proposed: string | null },
): string[] {
  const callable = (id: string | null | undefined): id is string =>
    typeof id === 'string' && models.get(id)?.callable === true
  const [last] = lastModels()
  const first = [usual, last, proposed].find(callable) ?? [...models.values()].find((one) => one.callable)?.id
  return first === undefined ? [] : [first]
}
