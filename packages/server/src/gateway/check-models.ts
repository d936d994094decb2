import { type Caller, requireModel } from '../keys/caller.ts'
import type { Catalogue } from '../providers/model.ts'
import type { Peek } from '../wire/codec.ts'

/**
 * Every fallback that a request names must be one that its key may call. The plan would leave out the others, but
 * OpenRouter is sent the list as it stands and falls back by itself.
 * @throws KeywayError model_not_allowed, naming the first that is not
 */
export function checkFallbacks({ models }: Pick<Peek, 'models'>, caller: Caller, catalogue: Catalogue): void {
  for (const name of models) {
    const found = catalogue.resolve(name)
    if (found.kind === 'model') requireModel(caller, found.model.id, found.variant)
  }
}

/**
 * The names that ask for web searches by their variant: those are billed beside tokens.
 * { model: 'openai/gpt-4o:online' } -> ['openai/gpt-4o:online']
 * @see https://openrouter.ai/docs/guides/routing/model-variants (read 2026-11-21)
 */
export function onlineModels({ model, models }: Pick<Peek, 'model' | 'models'>, catalogue: Catalogue): string[] {
  const names = model === undefined ? models : [model, ...models]
  return names.filter((name) => {
    // Resolving is for the few names that can be meant.
    if (!name.includes(':online')) return false
    const found = catalogue.resolve(name)
    return found.kind === 'model' && found.variant?.split(':').includes('online') === true
  })
}
