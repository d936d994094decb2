import type { FastifyInstance, FastifyRequest } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import { anthropicModelsView, anthropicModelView } from '../providers/anthropic-models.ts'
import type { Model } from '../providers/model.ts'
import { endpointsView, modelsView, modelView } from '../providers/model-view.ts'
import type { Edge } from './edge.ts'
import { callerOf } from './keys.ts'
import { access } from './route.ts'

/** The models that the asking key can call now. Ids in paths take `/` and `%2F` alike, hence the wildcards. */
export function catalogueRoutes(app: FastifyInstance, edge: Edge, prefix: string): void {
  app.get<{ Querystring: Record<string, string | undefined> }>(
    `${prefix}/models`,
    access('bearer'),
    async (request) => {
      const catalogue = await edge.callable(callerOf(request))
      if (speaksAnthropic(request))
        return anthropicModelsView(byMessages([...catalogue.models.values()], edge), request.query)
      return modelsView(catalogue, request.query, `${edge.publicUrl()}${prefix}`)
    },
  )
  app.get(`${prefix}/models/count`, access('bearer'), async (request) => {
    return { data: { count: (await edge.callable(callerOf(request))).models.size } }
  })
  app.get<{ Params: { '*': string } }>(`${prefix}/models/*`, access('bearer'), async (request) => {
    if (speaksAnthropic(request)) {
      const [model] = byMessages([await findModel(request.params['*'], request, edge)], edge)
      if (model === undefined)
        throw new KeywayError('not_found', 'No provider serves that model by Anthropic’s Messages.')
      return anthropicModelView(model)
    }
    const id = /^(.+)\/endpoints$/.exec(request.params['*'])?.[1]
    if (id === undefined)
      throw new KeywayError('not_found', 'Ask for /models/{author}/{slug}/endpoints or /model/{author}/{slug}.')
    return { data: endpointsView(await findModel(id, request, edge)) }
  })
  app.get<{ Params: { '*': string } }>(`${prefix}/model/*`, access('bearer'), async (request) => {
    return { data: modelView(await findModel(request.params['*'], request, edge), `${edge.publicUrl()}${prefix}`) }
  })
}

/** Anthropic's clients say the version of its API with each request, and read lists in its own shape. */
function speaksAnthropic({ headers }: FastifyRequest): boolean {
  return headers['anthropic-version'] !== undefined
}

/** The models of a list that can be called by Anthropic's Messages. */
function byMessages(models: readonly Model[], { gateway }: Edge): Model[] {
  return models.filter(({ endpoints }) =>
    endpoints.some(({ provider }) => gateway.provider(provider)?.formats['anthropic-messages'] !== undefined),
  )
}

async function findModel(id: string, request: FastifyRequest, edge: Edge): Promise<Model> {
  const resolution = (await edge.callable(callerOf(request))).resolve(id)
  if (resolution.kind === 'model') return resolution.model
  const near = resolution.kind === 'unknown' ? resolution.nearest : resolution.candidates
  throw new KeywayError('not_found', `There is no model ${JSON.stringify(id.slice(0, 100))} that this key can call.`, {
    metadata: { nearest: near },
  })
}
