import type { Done, Invited, Listed, Person } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { invite } from '../../accounts/mail-links.ts'
import { requireRole } from '../../accounts/roles.ts'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import {
  changeGuest,
  changeRole,
  createUser,
  disableUser,
  enableUser,
  listUsers,
  makeSetupLink,
} from '../../accounts/users.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Invitation } from '../../store/mail-store.ts'
import type { Actor, Role, User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { language } from './mail.ts'
import { readBody, text } from './read-body.ts'
import { moment, momentOrNull } from './values.ts'

const role = z.enum(['owner', 'admin', 'member'])
const inviteBody = z.object({
  name: text(100),
  email: text(254).nullable().prefault(null),
  role: role.prefault('member'),
  language,
})
const invitationBody = z.object({ language })
const changeBody = z.object({
  role: role.optional(),
  disabled: z.boolean().optional(),
  guest: z.boolean().optional(),
})

type ById = { Params: { id: string } }

/** The people of the workspace, for those who run it. */
export function peopleRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = () => ({ store: edge.store, clock: edge.clock, publicUrl: edge.publicUrl() })

  app.get('/api/app/users', FOR_PEOPLE, async (request): Promise<Listed<Person>> => {
    const { user } = personOf(request)
    requireRole(user, 'admin')
    const [users, open] = await Promise.all([listUsers(deps(), actorOf(user)), invitations(user)])
    return { data: users.map((one) => viewOf(one, open.get(one.id))) }
  })

  app.post('/api/app/users', FOR_PEOPLE, async (request, reply): Promise<Invited> => {
    const { language, ...body } = readBody(request, inviteBody)
    const actor = manager(request, body.role)
    const user = await createUser(deps(), body, actor)
    reply.code(201)
    return send(user, { actor, language, name: personOf(request).user.name })
  })

  app.patch<ById>('/api/app/users/:id', FOR_PEOPLE, async (request): Promise<Person> => {
    const change = readBody(request, changeBody)
    let user = await find(request)
    const actor = manager(request, user.role)
    if (change.role !== undefined && change.role !== user.role) {
      manager(request, change.role)
      user = await changeRole(deps(), { id: user.id, role: change.role }, actor)
    }
    if (change.guest !== undefined) user = await changeGuest(deps(), { id: user.id, guest: change.guest }, actor)
    if (change.disabled === true) user = await disableUser(deps(), user.id, actor)
    if (change.disabled === false) user = await enableUser(deps(), user.id, actor)
    return viewOf(user, (await invitations(user)).get(user.id))
  })

  app.post<ById>('/api/app/users/:id/setup-link', FOR_PEOPLE, async (request): Promise<Invited> => {
    const user = await find(request)
    const { link, expiresAt } = await makeSetupLink(deps(), user.id, manager(request, user.role))
    const open = (await invitations(user)).get(user.id)
    return { user: viewOf(user, open), link, mailed_to: null, problem: null, expires_at: moment(expiresAt) }
  })

  app.post<ById>('/api/app/users/:id/invitation', FOR_PEOPLE, async (request): Promise<Invited> => {
    const { language } = readBody(request, invitationBody)
    const user = await find(request)
    const actor = manager(request, user.role)
    if (!(await invitations(user)).has(user.id)) throw hasCome()
    return send(user, { actor, language, name: personOf(request).user.name })
  })

  app.delete<ById>('/api/app/users/:id/invitation', FOR_PEOPLE, async (request): Promise<Done> => {
    const user = await find(request)
    const actor = manager(request, user.role)
    if (!(await edge.store.withdrawInvitation(user.id, { at: edge.clock.now(), actor }))) throw hasCome()
    return { done: true }
  })

  /**
   * Whoever may act upon a user of that role: an owner upon anyone, an admin upon members only, since a setup link lets its
   * maker in as that person.
   */
  function manager(request: FastifyRequest, role: Role): Actor {
    const person = personOf(request)
    requireRole(person.user, role === 'member' ? 'admin' : 'owner')
    requireFresh(person, edge.clock)
    return actorOf(person.user, clientOf(request))
  }

  async function find(request: FastifyRequest<ById>): Promise<User> {
    const { user } = personOf(request)
    requireRole(user, 'admin')
    // Those who left, and visitors who have not arrived, are not there.
    const found = (await edge.store.listUsers(user.workspaceId)).find(({ id }) => id === request.params.id)
    if (found === undefined) {
      throw new KeywayError('not_found', 'There is no user with that id.')
    }
    return found
  }

  async function invitations({ workspaceId }: Pick<User, 'workspaceId'>): Promise<Map<string, Invitation>> {
    const open = await edge.store.listInvitations(workspaceId, edge.clock.now())
    return new Map(open.map((one) => [one.userId, one]))
  }

  async function send(user: User, by: Parameters<typeof invite>[2]): Promise<Invited> {
    const { expiresAt, link, mailedTo, problem } = await invite(edge.app.signIn, user, by)
    const open = { userId: user.id, expiresAt, mailed: mailedTo !== null }
    return { user: viewOf(user, open), link, mailed_to: mailedTo, problem, expires_at: moment(expiresAt) }
  }
}

function viewOf(user: User, invitation: Invitation | undefined): Person {
  const { id, name, email, role, disabledAt, createdAt, guest = false } = user
  return {
    ...{ id, name, email, role, disabled: disabledAt !== null, guest, created_at: moment(createdAt) },
    invitation:
      invitation === undefined ? null : { expires_at: momentOrNull(invitation.expiresAt), mailed: invitation.mailed },
  }
}

function hasCome(): KeywayError {
  return new KeywayError('conflict', 'They have set up their account already.')
}
