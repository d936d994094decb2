import type { Done, Listed, Passkey, PasskeyCreationOptions } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { registrationOptions, verifyRegistration } from '../../accounts/passkeys.ts'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import type { PasskeyRecord } from '../../store/account-records.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE, personOf } from './app-access.ts'
import { registrationBody } from './passkey-body.ts'
import { readBody, text } from './read-body.ts'
import { PASSKEY_NAME } from './setup.ts'
import { moment, momentOrNull } from './values.ts'

const addBody = z.object({ response: registrationBody, passkey_name: text(100).optional() })

/** The signed-in person's passkeys. Adding and removing one ends their other sessions. */
export function passkeyRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  app.get('/api/app/passkeys', FOR_PEOPLE, async (request): Promise<Listed<Passkey>> => {
    return { data: (await edge.store.listPasskeys(personOf(request).user.id)).map(viewOf) }
  })

  app.post('/api/app/passkeys/options', FOR_PEOPLE, async (request): Promise<PasskeyCreationOptions> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    return registrationOptions(deps, person.user, { purpose: 'add-passkey', subject: person.session.id })
  })

  app.post('/api/app/passkeys/verify', FOR_PEOPLE, async (request): Promise<Passkey> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    const { response, passkey_name: name = PASSKEY_NAME } = readBody(request, addBody)
    const { user, session } = person
    const use = { purpose: 'add-passkey', subject: session.id } as const
    const passkey = await verifyRegistration(deps, { user, response, name, use })
    await edge.store.addPasskey(passkey, { keepSession: session.id, actor: actorOf(user) })
    return viewOf(passkey)
  })

  app.delete<{ Params: { id: string } }>('/api/app/passkeys/:id', FOR_PEOPLE, async (request): Promise<Done> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    const { user, session } = person
    const terms = { userId: user.id, keepSession: session.id, actor: actorOf(user) }
    if (!(await edge.store.removePasskey(request.params.id, terms))) {
      throw new KeywayError('not_found', 'There is no passkey with that id.')
    }
    return { done: true }
  })
}

function viewOf({ id, name, createdAt, lastUsedAt, synced }: PasskeyRecord): Passkey {
  return { id, name, created_at: moment(createdAt), last_used_at: momentOrNull(lastUsedAt), synced }
}
