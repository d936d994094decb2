import type { ModelItem } from '@keyway/contract'

/**
 * The model to go on with at once where one cannot answer for now: the first that can be called of those that the person
 * likes or used lately, else the one that Keyway would choose.
 * @param asked the models that could not
 */
export function fallbackFor(
  asked: readonly string[],
  of: { models: ReadonlyMap<string, ModelItem>; remembered: readonly string[]; preselected: string | null },
): ModelItem | undefined {
  for (const id of [...of.remembered, of.preselected ?? '']) {
    const model = of.models.get(id)
    if (model?.callable === true && !asked.includes(id)) return model
  }
  return undefined
}
