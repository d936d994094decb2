import type { Preferences } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE } from './app-access.ts'
import { readBody } from './read-body.ts'
import { whoseOf } from './whose.ts'

/** Characters of a model's id, as the catalogue bounds them. */
const MODEL_CHARS_MAX = 300
const FAVOURITES_MAX = 200

/** What holds while a person has said nothing. */
export const PLAIN_PREFERENCES: Preferences = { data_collection: 'allow', default_model: null, favourite_models: [] }

const model = z.string({ error: 'expected the id of a model' }).min(1).max(MODEL_CHARS_MAX)
const changeBody = z.object({
  data_collection: z.enum(['allow', 'deny'], { error: 'expected allow or deny' }).exactOptional(),
  default_model: model.nullable().exactOptional(),
  favourite_models: z
    .array(model, { error: 'expected a list of models' })
    .max(FAVOURITES_MAX, { error: `expected at most ${FAVOURITES_MAX} models` })
    .transform((models) => [...new Set(models)])
    .exactOptional(),
})

/** How a person likes it, the same in every browser of theirs. */
export function preferenceRoutes(app: FastifyInstance, edge: Edge): void {
  const { store, clock } = edge

  app.get('/api/app/preferences', FOR_PEOPLE, async (request): Promise<Preferences> => {
    return (await store.findPreferences(whoseOf(request))) ?? PLAIN_PREFERENCES
  })

  app.patch('/api/app/preferences', FOR_PEOPLE, async (request): Promise<Preferences> => {
    const change = readBody(request, changeBody)
    return store.changePreferences(whoseOf(request), change, { otherwise: PLAIN_PREFERENCES, at: clock.now() })
  })
}
