import type { PasskeyCreationOptions, SignedIn, VisitBegun } from '@keyway/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type SignUpAnswer, signUp, signUpOptions } from '../../accounts/sign-up.ts'
import { beginVisit } from '../../accounts/visitors.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PAGE, findSession } from './app-access.ts'
import { signIn } from './begin-session.ts'
import { registrationBody } from './passkey-body.ts'
import { readBody, text } from './read-body.ts'
import { sessionCookie, setCookie } from './session-cookie.ts'
import { PASSKEY_NAME } from './setup.ts'

const name = text(100)
const optionsBody = z.object({ name })
const passkeyBody = z.object({ name, user: text(200), response: registrationBody, passkey_name: name.optional() })
const passwordBody = z.object({ name, login: text(254), password: text(2_048) })

/** The doors that the operator can leave open: making one's own account, and coming in by Connect. */
export function signUpRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  async function complete(answer: SignUpAnswer, at: { request: FastifyRequest; reply: FastifyReply }) {
    const user = await signUp(deps, answer, at.request.ip)
    at.reply.code(201)
    return signIn(edge, { user, method: answer.method, ...at })
  }

  app.post('/api/app/sign-up/passkey/options', FOR_PAGE, async (request): Promise<PasskeyCreationOptions> => {
    refuseSignedIn(request)
    return signUpOptions(deps, readBody(request, optionsBody), request.ip)
  })

  app.post('/api/app/sign-up/passkey/verify', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    refuseSignedIn(request)
    const { name, user, response, passkey_name: passkeyName = PASSKEY_NAME } = readBody(request, passkeyBody)
    const userId = Buffer.from(user, 'base64url').toString()
    return complete({ method: 'passkey', name, userId, response, passkeyName }, { request, reply })
  })

  app.post('/api/app/sign-up/password', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    refuseSignedIn(request)
    return complete({ method: 'password', ...readBody(request, passwordBody) }, { request, reply })
  })

  app.post('/api/app/visit', FOR_PAGE, async (request, reply): Promise<VisitBegun> => {
    if (!edge.link.enabled || edge.link.way() !== 'page') {
      throw new KeywayError('not_found', 'Signing in with OpenRouter is not possible at this address.')
    }
    const secret = await beginVisit(deps, await findSession(request, edge), clientOf(request))
    reply.header('set-cookie', setCookie(sessionCookie(edge.publicUrl(), edge.store.installId), secret))
    return { start_url: '/connect/openrouter/start?return_to=%2F' }
  })
}

/** Whoever has an account here does not need a second one by mistake. */
function refuseSignedIn(request: FastifyRequest): void {
  if (request.signedIn !== undefined) throw new KeywayError('conflict', 'You are signed in already.')
}
