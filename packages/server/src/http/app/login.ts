import type { Done, LoginAnswer, PasskeyRequestOptions, SignedIn } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { authenticationOptions } from '../../accounts/passkeys.ts'
import { takeSecondStep } from '../../accounts/second-step.ts'
import { endSession } from '../../accounts/sessions.ts'
import { isThisMachineOnly, signInByPasskey, signInByPassword } from '../../accounts/sign-in.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PAGE, FOR_PEOPLE, personOf } from './app-access.ts'
import { passDoor, signIn } from './begin-session.ts'
import { authenticationBody } from './passkey-body.ts'
import { readBody, text } from './read-body.ts'
import { secondStepCookie } from './second-step-cookie.ts'
import { clearCookie, readCookie, sessionCookie } from './session-cookie.ts'
import { fromThisMachine } from './state.ts'

const passwordBody = z.object({ login: text(254), password: text(2_048) })
/** Digits, or a recovery code with its hyphens. */
const codeBody = z.object({ code: text(40) })
const passkeyBody = z.object({ response: authenticationBody })

/** Signing in and out. */
export function loginRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  app.post(
    '/api/app/login/passkey/options',
    FOR_PAGE,
    async (): Promise<PasskeyRequestOptions> => authenticationOptions(deps),
  )

  app.post('/api/app/login/passkey/verify', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    const user = await signInByPasskey(deps, readBody(request, passkeyBody).response, request.ip)
    return signIn(edge, { user, method: 'passkey', request, reply })
  })

  app.post('/api/app/login/password', FOR_PAGE, async (request, reply): Promise<LoginAnswer> => {
    const user = await signInByPassword(deps, readBody(request, passwordBody), request.ip)
    return passDoor(edge, { user, method: 'password', door: 'sign-in', request, reply })
  })

  app.post('/api/app/login/second-step', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    const { code } = readBody(request, codeBody)
    const token = readCookie(secondStepCookie(edge.publicUrl(), edge.store.installId), request.headers.cookie)
    const user = await takeSecondStep(deps, { token, code }, clientOf(request))
    return signIn(edge, { user, method: 'password', request, reply })
  })

  app.post('/api/app/login/this-machine', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    if (!(await isThisMachineOnly(deps)) || !fromThisMachine(edge, request)) {
      throw new KeywayError('sign_in_failed', 'This browser is not let in without a passkey or password.')
    }
    const user = await edge.owner()
    if (user.disabledAt !== null) throw new KeywayError('sign_in_failed', 'The owner is disabled.')
    return signIn(edge, { user, method: 'this_machine', request, reply })
  })

  app.post('/api/app/logout', FOR_PEOPLE, async (request, reply): Promise<Done> => {
    const { session, user } = personOf(request)
    await endSession(deps, session.id, user)
    reply.header('set-cookie', clearCookie(sessionCookie(edge.publicUrl(), edge.store.installId)))
    // Going back in the browser must not show what was there.
    reply.header('clear-site-data', '"cache", "storage"')
    return { done: true }
  })
}
