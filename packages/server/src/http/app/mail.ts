import type { Done, LoginAnswer, Me, PasswordResetCheck } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { LETTER_LANGUAGES } from '../../accounts/letters.ts'
import { askForAddress, confirmAddress } from '../../accounts/mail-links.ts'
import { askForNewPassword, readNewPasswordLink, takeNewPassword } from '../../accounts/new-password.ts'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PAGE, FOR_PEOPLE, personOf } from './app-access.ts'
import { meOf, passDoor } from './begin-session.ts'
import { readBody, text } from './read-body.ts'
import { moment } from './values.ts'

/** The language of the page on which somebody asked. */
export const language = z.enum(LETTER_LANGUAGES).prefault('en')

const token = text(100)
const addressBody = z.object({ email: text(254), language })
const tokenBody = z.object({ token })
const passwordBody = z.object({ token, password: text(2_048) })

/** Links that go by mail: to confirm an address, and to choose a new password. */
export function mailRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  app.put('/api/app/email', FOR_PEOPLE, async (request): Promise<Me> => {
    const person = personOf(request)
    requireFresh(person, edge.clock)
    const actor = actorOf(person.user, clientOf(request))
    await askForAddress(deps, person.user, { ...readBody(request, addressBody), actor })
    return meOf(edge, person)
  })

  app.post('/api/app/email/confirm', FOR_PAGE, async (request): Promise<Done> => {
    await confirmAddress(deps, readBody(request, tokenBody).token, request.ip)
    return { done: true }
  })

  app.post('/api/app/password-reset', FOR_PAGE, async (request): Promise<Done> => {
    const goOn = askForNewPassword(deps, readBody(request, addressBody), request.ip)
    // Not waited for: how long it takes would tell whether there is such a person.
    goOn().catch((error: unknown) => edge.report(error, request.id))
    return { done: true }
  })

  app.post('/api/app/password-reset/check', FOR_PAGE, async (request): Promise<PasswordResetCheck> => {
    const { password, link } = await readNewPasswordLink(deps, readBody(request, tokenBody).token, request.ip)
    return { login: password.login, expires_at: moment(link.expiresAt) }
  })

  app.post('/api/app/password-reset/complete', FOR_PAGE, async (request, reply): Promise<LoginAnswer> => {
    const user = await takeNewPassword(deps, readBody(request, passwordBody), request.ip)
    return passDoor(edge, { user, method: 'password', door: 'new-password', request, reply })
  })
}
