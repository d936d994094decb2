import type { Listed, LocalServer } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireRole } from '../../accounts/roles.ts'
import { actorOf } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import { fetchModels } from '../../providers/refresh.ts'
import type { Actor } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'

/** A server on this machine answers at once, or is not there. The owner waits for the page. Milliseconds. */
const PROBE_MS = 1_000

/**
 * Servers of models on the machine that Keyway runs on: looked for only where nobody else can reach Keyway, for the owner
 * alone, and used when they say so.
 */
export function localServerRoutes(app: FastifyInstance, edge: Edge): void {
  app.get('/api/app/local-servers', FOR_PEOPLE, async (request): Promise<Listed<LocalServer>> => {
    ownerOf(request)
    const found = await findOllama(edge)
    return { data: found === undefined ? [] : [found] }
  })

  app.post('/api/app/local-servers/ollama', FOR_PEOPLE, async (request): Promise<LocalServer> => {
    const actor = ownerOf(request)
    const found = await findOllama(edge)
    if (found === undefined) {
      throw new KeywayError('conflict', 'No Ollama on this machine waits to be used.', {
        fix: 'Start it, or look whether it is used already.',
      })
    }
    const { workspaceId } = actor
    await edge.store.putProvider(
      {
        id: 'ollama',
        workspaceId,
        baseUrl: found.base_url,
        allowPrivate: true,
        free: true,
        createdAt: edge.clock.now(),
      },
      actor,
    )
    await edge.app.ollama.known()
    return found
  })
}

function ownerOf(request: FastifyRequest): Actor {
  const { user } = personOf(request)
  requireRole(user, 'owner')
  return actorOf(user, clientOf(request))
}

/** The Ollama of this machine, where there is one that is not used yet. */
async function findOllama(edge: Edge): Promise<LocalServer | undefined> {
  const { bind, ollama } = edge.app
  const provider = edge.providers().find(({ id }) => id === 'ollama')
  if (!bind.loopback || provider === undefined || ollama.isUsed()) return undefined
  try {
    const models = await fetchModels(edge.gateway.dispatch, {
      provider,
      baseUrl: ollama.url,
      addresses: 'private-allowed',
      signal: AbortSignal.timeout(PROBE_MS),
      headersTimeoutMs: PROBE_MS,
      idleTimeoutMs: PROBE_MS,
      nowMs: edge.clock.now(),
    })
    return { id: 'ollama', name: provider.name, base_url: ollama.url, models: models.map(({ nativeId }) => nativeId) }
  } catch (error) {
    // Nobody answers, or somebody else does: then there is nothing to offer.
    const foreseen = error instanceof KeywayError || (error instanceof DOMException && error.name === 'TimeoutError')
    if (foreseen) return undefined
    throw error
  }
}
