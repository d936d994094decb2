import type { Done, FactorOffer, RecoveryCodes, SecondFactor } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { confirmFactor, factorOf, offerFactor, renewRecoveryCodes } from '../../accounts/second-factor.ts'
import { actorOf, requireFresh, type SignedInUser } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Actor } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { readBody, text } from './read-body.ts'
import { moment } from './values.ts'

const PATH = '/api/app/second-factor'
/** Characters of what is typed: six digits, with a space where the app shows one. */
const CODE_CHARS_MAX = 16

const codeBody = z.object({ code: text(CODE_CHARS_MAX) })

/** The signed-in person's authenticator app. What it takes to get in changes only right after they signed in. */
export function secondFactorRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  app.get(PATH, FOR_PEOPLE, async (request): Promise<SecondFactor> => {
    const factor = await factorOf(deps, personOf(request).user.id)
    return {
      authenticator:
        factor === undefined
          ? null
          : { added_at: moment(factor.confirmedAt), recovery_codes_left: factor.recoveryCodesLeft },
    }
  })

  app.post(PATH, FOR_PEOPLE, async (request): Promise<FactorOffer> => {
    const { user, actor } = fresh(request)
    return offerFactor(deps, user, actor)
  })

  app.post(`${PATH}/confirm`, FOR_PEOPLE, async (request): Promise<RecoveryCodes> => {
    const { user, session, actor } = fresh(request)
    const { code } = readBody(request, codeBody)
    return { recovery_codes: await confirmFactor(deps, user, { code, keepSession: session.id, actor }) }
  })

  app.post(`${PATH}/recovery-codes`, FOR_PEOPLE, async (request): Promise<RecoveryCodes> => {
    const { user, actor } = fresh(request)
    return { recovery_codes: await renewRecoveryCodes(deps, user, actor) }
  })

  app.delete(PATH, FOR_PEOPLE, async (request): Promise<Done> => {
    const { user, session, actor } = fresh(request)
    const terms = { keepSession: session.id, at: edge.clock.now(), actor }
    if (await edge.store.removeSecondFactor(user.id, terms)) return { done: true }
    throw new KeywayError('not_found', 'There is no authenticator app.')
  })

  function fresh(request: FastifyRequest): SignedInUser & { actor: Actor } {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    return { ...person, actor: actorOf(person.user, clientOf(request)) }
  }
}
