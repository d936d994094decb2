import type { Invited, Listed, Person } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireRole } from '../../accounts/roles.ts'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import { changeRole, createUser, disableUser, enableUser, listUsers, makeSetupLink } from '../../accounts/users.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Actor, Role, User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { readBody, text } from './read-body.ts'
import { moment } from './values.ts'

const role = z.enum(['owner', 'admin', 'member'])
const inviteBody = z.object({
  name: text(100),
  email: text(254).nullable().prefault(null),
  role: role.prefault('member'),
})
const changeBody = z.object({ role: role.optional(), disabled: z.boolean().optional() })

type ById = { Params: { id: string } }

/** The people of the workspace, for those who run it. */
export function peopleRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = () => ({ store: edge.store, clock: edge.clock, publicUrl: edge.publicUrl() })

  app.get('/api/app/users', FOR_PEOPLE, async (request): Promise<Listed<Person>> => {
    const { user } = personOf(request)
    requireRole(user, 'admin')
    return { data: (await listUsers(deps(), actorOf(user))).map(viewOf) }
  })

  app.post('/api/app/users', FOR_PEOPLE, async (request, reply): Promise<Invited> => {
    const body = readBody(request, inviteBody)
    const actor = manager(request, body.role)
    const user = await createUser(deps(), body, actor)
    reply.code(201)
    return invited(user, actor)
  })

  app.patch<ById>('/api/app/users/:id', FOR_PEOPLE, async (request): Promise<Person> => {
    const change = readBody(request, changeBody)
    let user = await find(request)
    const actor = manager(request, user.role)
    if (change.role !== undefined && change.role !== user.role) {
      manager(request, change.role)
      user = await changeRole(deps(), { id: user.id, role: change.role }, actor)
    }
    if (change.disabled === true) user = await disableUser(deps(), user.id, actor)
    if (change.disabled === false) user = await enableUser(deps(), user.id, actor)
    return viewOf(user)
  })

  app.post<ById>('/api/app/users/:id/setup-link', FOR_PEOPLE, async (request): Promise<Invited> => {
    const user = await find(request)
    return invited(user, manager(request, user.role))
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

  async function invited(user: User, actor: Actor): Promise<Invited> {
    const { link, expiresAt } = await makeSetupLink(deps(), user.id, actor)
    return { user: viewOf(user), link, expires_at: moment(expiresAt) }
  }
}

function viewOf({ id, name, email, role, disabledAt, createdAt }: User): Person {
  return { id, name, email, role, disabled: disabledAt !== null, created_at: moment(createdAt) }
}
