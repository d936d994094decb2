import type { Done, Identity, Listed, SsoStart } from '@keyway/contract'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import type { SsoStart as Started } from '../../sso/sso.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PAGE, FOR_PEOPLE, personOf } from './app-access.ts'
import { ownPath } from './own-path.ts'
import { readBody, text } from './read-body.ts'
import { moment, momentOrNull } from './values.ts'

const startBody = z.object({ provider: text(40), return_to: text(2_000).optional() })
const linkBody = z.object({ provider: text(40) })

const ACCOUNT_PAGE = '/settings/account'

/**
 * The ways out to a provider, and the accounts there that are a person's. The way out is asked for by our own page and
 * followed by it: no link from elsewhere begins one.
 */
export function ssoRoutes(app: FastifyInstance, edge: Edge): void {
  const { sso } = edge.app

  app.post('/api/app/login/sso', FOR_PAGE, async (request, reply): Promise<SsoStart> => {
    const { provider, return_to: returnTo } = readBody(request, startBody)
    const again = request.signedIn !== undefined
    return sent(reply, await sso.start({ provider, returnTo: ownPath(returnTo), again, linking: null }))
  })

  app.get('/api/app/identities', FOR_PEOPLE, async (request): Promise<Listed<Identity>> => {
    const all = await edge.store.listIdentities(personOf(request).user.id)
    return {
      data: all.map(({ id, provider, issuer, label, createdAt, lastUsedAt }) => ({
        id,
        provider,
        name: sso.providers.find((one) => one.issuer === issuer)?.name ?? new URL(issuer).host,
        label,
        created_at: moment(createdAt),
        last_used_at: momentOrNull(lastUsedAt),
      })),
    }
  })

  app.post('/api/app/identities', FOR_PEOPLE, async (request, reply): Promise<SsoStart> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    const { provider } = readBody(request, linkBody)
    const linking = { userId: person.user.id, sessionId: person.session.id }
    return sent(reply, await sso.start({ provider, returnTo: ACCOUNT_PAGE, again: false, linking }))
  })

  app.delete<{ Params: { id: string } }>('/api/app/identities/:id', FOR_PEOPLE, async (request): Promise<Done> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    const { user, session } = person
    const terms = { userId: user.id, keepSession: session.id, actor: actorOf(user, clientOf(request)) }
    if (await edge.store.removeIdentity(request.params.id, terms)) return { done: true }
    throw new KeywayError('not_found', 'There is no account with that id.')
  })
}

/** Lax: the way back is a navigation from another site, with which Strict cookies do not come. */
function sent(reply: FastifyReply, { url, cookie }: Started): SsoStart {
  const secure = cookie.name.startsWith('__Host-') ? '; Secure' : ''
  const age = Math.ceil(cookie.maxAgeMs / 1000)
  reply.header('set-cookie', `${cookie.name}=${cookie.value}; Max-Age=${age}; Path=/; HttpOnly; SameSite=Lax${secure}`)
  return { url }
}
