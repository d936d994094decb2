import type { Done, Listed, Me, Session } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { tidyPersonName } from '../../accounts/person-name.ts'
import { actorOf, endOf, endSession, endSessions, listSessions, requireFresh } from '../../accounts/sessions.ts'
import { changePassword } from '../../accounts/sign-in.ts'
import { KeywayError } from '../../base/errors.ts'
import type { SessionRecord } from '../../store/account-records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { meOf, signIn } from './begin-session.ts'
import { closeAccount } from './close-account.ts'
import { deviceOf } from './device.ts'
import { readBody, text } from './read-body.ts'
import { clearCookie, sessionCookie } from './session-cookie.ts'
import { moment } from './values.ts'

const meBody = z.object({ name: text(100).optional() })
const passwordBody = z.object({ password: text(2_048), login: text(254).optional() })

type ById = { Params: { id: string } }
type Except = { Querystring: { except?: string } }

/** The signed-in person: who they are, their password and their sessions. */
export function meRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  app.get('/api/app/me', FOR_PEOPLE, async (request): Promise<Me> => meOf(edge, personOf(request)))

  app.patch('/api/app/me', FOR_PEOPLE, async (request): Promise<Me> => {
    const { user, session } = personOf(request)
    const given = readBody(request, meBody).name
    const name = given === undefined ? undefined : tidyPersonName(given)
    const changed = name === undefined ? user : await edge.store.updateUser(user.id, { name }, actorOf(user))
    return meOf(edge, { user: changed ?? user, session })
  })

  app.delete('/api/app/me', FOR_PEOPLE, async (request, reply): Promise<Done> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    await closeAccount({ store: edge.store, clock: edge.clock, link: edge.link }, person.user, clientOf(request))
    reply.header('set-cookie', clearCookie(sessionCookie(edge.publicUrl(), edge.store.installId)))
    reply.header('clear-site-data', '"cache", "storage"')
    return { done: true }
  })

  app.put('/api/app/password', FOR_PEOPLE, async (request, reply): Promise<Done> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    const { password, login } = readBody(request, passwordBody)
    await changePassword(deps, person.user, { password, login, keepSession: person.session.id })
    await signIn(edge, { user: person.user, method: person.session.method, request, reply })
    return { done: true }
  })

  app.get('/api/app/sessions', FOR_PEOPLE, async (request): Promise<Listed<Session>> => {
    const { user, session } = personOf(request)
    const sessions = await listSessions(deps, user.id)
    return { data: sessions.map((one) => viewOf(one, session.id)) }
  })

  app.delete<ById>('/api/app/sessions/:id', FOR_PEOPLE, async (request): Promise<Done> => {
    await endSession(deps, request.params.id, personOf(request).user)
    return { done: true }
  })

  app.delete<Except>('/api/app/sessions', FOR_PEOPLE, async (request, reply): Promise<Done> => {
    const { user, session } = personOf(request)
    const { except } = request.query
    if (except !== undefined && except !== 'current') {
      throw new KeywayError('invalid_request', '"except" is invalid: expected "current", or nothing.')
    }
    await endSessions(deps, user, except === undefined ? undefined : session.id)
    if (except === undefined)
      reply.header('set-cookie', clearCookie(sessionCookie(edge.publicUrl(), edge.store.installId)))
    return { done: true }
  })
}

function viewOf(session: SessionRecord, currentId: string): Session {
  return {
    id: session.id,
    current: session.id === currentId,
    device: deviceOf(session.userAgent),
    ip: session.ip,
    method: session.method === 'visitor' ? 'connect' : session.method,
    created_at: moment(session.createdAt),
    last_seen_at: moment(session.lastSeenAt),
    expires_at: moment(endOf(session)),
  }
}
