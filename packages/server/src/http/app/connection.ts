import type { ConnectEnd, ConnectedKey, Connection, Done, EndedConnection, HeadlessStart } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { actorOf } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import type { ConnectionView } from '../../link/connection-view.ts'
import type { LinkPerson } from '../../link/link-deps.ts'
import type { CredentialView } from '../../vault/credential.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { connectEnd, connectTerms, startOptions } from './connect-end.ts'
import { readBody, text } from './read-body.ts'
import { moment, momentOrNull, usdOrNull } from './values.ts'

const PATH = '/api/app/connections/openrouter'
/** Characters of what a person pastes: an address with a code of 512. */
const PASTED_CHARS_MAX = 2_000
const ID_CHARS_MAX = 64

const finishBody = z.object({ flow: text(ID_CHARS_MAX), code: text(PASTED_CHARS_MAX) })
const confirmBody = z.object({ flow: text(ID_CHARS_MAX), replace: z.boolean({ error: 'expected true or false' }) })

/** The card of Connect with OpenRouter, and the way without a way back. The flow in a browser begins at `start_url`. */
export function connectionRoutes(app: FastifyInstance, edge: Edge): void {
  const { link } = edge
  const { vault } = edge.app

  async function keyOf(request: FastifyRequest, connection: ConnectionView): Promise<CredentialView | undefined> {
    const all = await vault.list(personOf(request).user.workspaceId)
    return all.find((one) => one.id === connection.credentialId)
  }

  app.get(PATH, FOR_PEOPLE, async (request): Promise<Connection> => {
    const { connection, interrupted } = await link.view(personOf(request).user.id)
    const stands = connection?.state === 'connected'
    const key = stands ? await keyOf(request, connection) : undefined
    const connected = stands && key !== undefined ? connectedKey(connection, key) : null
    return {
      enabled: link.enabled,
      issuer: { id: 'openrouter', name: link.issuer.name, origin: new URL(link.issuer.url).origin },
      status: connected === null ? 'disconnected' : 'connected',
      start_url: '/connect/openrouter/start',
      flow: link.way(),
      connected,
      ended: connection === undefined || connected !== null ? null : endedConnection(connection),
      interrupted,
    }
  })

  app.delete(PATH, FOR_PEOPLE, async (request): Promise<Done> => {
    if (await link.disconnect(linkPerson(request))) return { done: true }
    throw new KeywayError('not_found', 'OpenRouter is not connected.')
  })

  app.post(`${PATH}/headless`, FOR_PEOPLE, async (request): Promise<HeadlessStart> => {
    const terms = readBody(request, connectTerms)
    const begun = await link.startHeadless(linkPerson(request), startOptions(terms))
    return { flow: begun.flowId, url: begun.url, expires_at: moment(begun.expiresAt) }
  })

  app.post(`${PATH}/headless/finish`, FOR_PEOPLE, async (request): Promise<ConnectEnd> => {
    const { flow, code } = readBody(request, finishBody)
    return connectEnd(await link.finishHeadless(linkPerson(request), { flowId: flow, pasted: code }))
  })

  app.post(`${PATH}/confirm`, FOR_PEOPLE, async (request): Promise<ConnectEnd> => {
    const { flow, replace } = readBody(request, confirmBody)
    const person = linkPerson(request)
    if (replace) return connectEnd({ outcome: await link.confirm(person, flow), flowId: undefined })
    const discarded = await link.discard(person, flow)
    return { outcome: discarded ? 'discarded' : 'expired', detail: null, flow: null }
  })
}

function linkPerson(request: FastifyRequest): LinkPerson {
  const { user } = personOf(request)
  return { userId: user.id, actor: actorOf(user, clientOf(request)) }
}

function connectedKey(connection: ConnectionView, credential: CredentialView): ConnectedKey {
  const { facts } = connection
  const granted = facts && {
    label: facts.label,
    limit_usd: usdOrNull(facts.limit),
    limit_remaining_usd: usdOrNull(facts.remaining),
    reset: facts.reset,
    expires_at: momentOrNull(facts.expiresAt),
    free_tier: facts.freeTier,
  }
  return {
    credential_id: credential.id,
    connected_as: connection.connectedAs ?? credential.name,
    hint: credential.hint,
    granted,
    connected_at: moment(connection.connectedAt),
    last_used_at: momentOrNull(credential.lastUsedAt),
    last_error: credential.lastError,
    usage_url: connection.usageUrl,
    revoke_url: connection.revokeUrl,
    previous_key_url: connection.previousKeyUrl,
    root_key_version: connection.rootKeyVersion,
    checked_at: momentOrNull(connection.checkedAt),
  }
}

function endedConnection({ state, endedAt, connectedAt, revokeUrl, keyEnded }: ConnectionView): EndedConnection {
  const reason = state === 'connected' ? 'disconnected' : state
  return { reason, at: moment(endedAt ?? connectedAt), revoke_url: keyEnded ? null : revokeUrl }
}
