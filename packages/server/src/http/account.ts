import type { FastifyInstance } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import { toUsdNumber } from '../base/money.ts'
import { generationView } from '../gateway/generation-view.ts'
import { providersView } from '../providers/model-view.ts'
import type { Edge } from './edge.ts'
import { callerOf } from './keys.ts'
import { access } from './route.ts'

/** Credits, one generation, and who serves. */
export function accountRoutes(app: FastifyInstance, edge: Edge, prefix: string): void {
  app.get(`${prefix}/credits`, access('management'), async (request) => {
    const { granted, spent } = await edge.store.creditsOf('workspace', callerOf(request).key.workspaceId)
    return { data: { total_credits: toUsdNumber(granted), total_usage: toUsdNumber(spent) } }
  })
  app.get<{ Querystring: { id?: string } }>(`${prefix}/generation`, access('bearer'), async (request) => {
    const { id } = request.query
    if (typeof id !== 'string' || id === '') {
      throw new KeywayError('invalid_request', 'id: name a generation, as in ?id=gen-...', {
        metadata: { field: 'id' },
      })
    }
    const { key } = callerOf(request)
    const generation = id.length <= 100 ? await edge.store.findGeneration(id, key.workspaceId) : undefined
    // An inference key sees its own user's calls, an app's key its own; a management key sees the workspace's.
    const others = key.kind === 'inference' && generation?.userId !== key.userId
    const anothers = key.appId !== null && generation?.keyHash !== key.hash
    if (!generation || others || anothers) {
      throw new KeywayError('not_found', 'There is no generation with that id.')
    }
    const explanation = await edge.store.findExplanation(id, key.workspaceId)
    return { data: generationView(generation, explanation) }
  })
  app.get(`${prefix}/providers`, access('open'), async () => ({ data: providersView(edge.providers()) }))
}
