import { KeywayError } from '../base/errors.ts'
import type { Catalogue, Model } from '../providers/model.ts'
import type { Peek } from '../wire/codec.ts'

/**
 * The models that a request asks for: its model, then its fallbacks, each once.
 * @param limit the longest list of models, as a count
 * @throws KeywayError model_required, model_not_found (with the nearest names), invalid_request
 */
export function chooseModels(peek: Pick<Peek, 'model' | 'models'>, catalogue: Catalogue, limit: number): Model[] {
  const names = peek.model === undefined ? peek.models : [peek.model, ...peek.models]
  if (names.length === 0)
    throw new KeywayError('model_required', 'model: the request names no model.', { metadata: { field: 'model' } })
  if (names.length > limit)
    throw new KeywayError('invalid_request', `models: at most ${limit} models are tried.`, {
      metadata: { field: 'models' },
    })
  const chosen = new Set<Model>()
  for (const name of names) chosen.add(findModel(name, catalogue))
  return [...chosen]
}

function findModel(name: string, catalogue: Catalogue): Model {
  const found = catalogue.resolve(name)
  if (found.kind === 'model') return found.model
  const shown = JSON.stringify(name.slice(0, 100))
  if (found.kind === 'ambiguous') {
    throw new KeywayError('model_not_found', `model: ${shown} could be any of ${found.candidates.join(', ')}.`, {
      fix: 'Write the whole id, as author/slug.',
      metadata: { field: 'model', candidates: found.candidates },
    })
  }
  const near = found.nearest.length === 0 ? '' : ` The nearest are ${found.nearest.join(', ')}.`
  throw new KeywayError('model_not_found', `model: ${shown} is not a model that Keyway knows.${near}`, {
    metadata: { field: 'model', nearest: found.nearest },
  })
}
