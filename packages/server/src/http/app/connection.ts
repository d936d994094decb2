import type { ConnectedKey, Connection, Done } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { actorOf } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import type { User } from '../../store/records.ts'
import type { CredentialView } from '../../vault/credential.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { moment, momentOrNull } from './values.ts'

/** The provider that a connection gives a key of. */
const PROVIDER = 'openrouter'

/** The card of Connect with OpenRouter. The flow itself begins at `start_url`. */
export function connectionRoutes(app: FastifyInstance, edge: Edge): void {
  const { vault } = edge.app

  async function find(user: User): Promise<CredentialView | undefined> {
    const all = await vault.list(user.workspaceId)
    return all.find((one) => one.origin === 'connected' && one.provider === PROVIDER && one.userId === user.id)
  }

  app.get('/api/app/connections/openrouter', FOR_PEOPLE, async (request): Promise<Connection> => {
    const found = await find(personOf(request).user)
    const { openrouter, flow } = edge.app.connect()
    return {
      enabled: openrouter,
      issuer: { id: PROVIDER, name: 'OpenRouter', origin: edge.app.issuer },
      status: found === undefined ? 'disconnected' : 'connected',
      start_url: '/connect/openrouter/start',
      flow,
      connected: found === undefined ? null : connectedKey(found),
    }
  })

  app.delete('/api/app/connections/openrouter', FOR_PEOPLE, async (request): Promise<Done> => {
    const { user } = personOf(request)
    const found = await find(user)
    if (found === undefined) throw new KeywayError('not_found', 'OpenRouter is not connected.')
    await vault.remove(found.id, actorOf(user, clientOf(request)))
    return { done: true }
  })
}

function connectedKey(credential: CredentialView): ConnectedKey {
  return {
    credential_id: credential.id,
    connected_as: credential.name,
    hint: credential.hint,
    granted: null,
    connected_at: moment(credential.updatedAt ?? credential.createdAt),
    last_used_at: momentOrNull(credential.lastUsedAt),
    last_error: credential.lastError,
    usage_url: null,
    revoke_url: null,
  }
}
