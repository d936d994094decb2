import type { PasskeyCreationOptions, SignedIn, VisitBegun } from '@keyway/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { LetterLanguage } from '../../accounts/letters.ts'
import { askForAddress, tidyAddress } from '../../accounts/mail-links.ts'
import { actorOf } from '../../accounts/sessions.ts'
import { type SignUpAnswer, signUp, signUpOptions } from '../../accounts/sign-up.ts'
import { beginVisit } from '../../accounts/visitors.ts'
import { KeywayError } from '../../base/errors.ts'
import type { User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PAGE, findSession } from './app-access.ts'
import { signIn } from './begin-session.ts'
import { language } from './mail.ts'
import { registrationBody } from './passkey-body.ts'
import { readBody, text } from './read-body.ts'
import { sessionCookie, setCookie } from './session-cookie.ts'
import { PASSKEY_NAME } from './setup.ts'

const name = text(100)
const mailed = { email: text(254).optional(), language }
const optionsBody = z.object({ name })
const passkeyBody = z.object({
  name,
  user: text(200),
  response: registrationBody,
  passkey_name: name.optional(),
  ...mailed,
})
const passwordBody = z.object({ name, login: text(254), password: text(2_048), ...mailed })

/** What somebody said of their address, which is nobody's before it is confirmed. */
type Mailed = { email?: string | undefined; language: LetterLanguage }

/** The doors that the operator can leave open: making one's own account, and coming in by Connect. */
export function signUpRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  async function complete(answer: SignUpAnswer, mail: Mailed, at: { request: FastifyRequest; reply: FastifyReply }) {
    // Before there is an account, so that a slip of the pen leaves none behind.
    const email = mail.email === undefined ? undefined : tidyAddress(mail.email)
    const user = await signUp(deps, answer, at.request.ip)
    at.reply.code(201)
    if (email !== undefined && deps.mailer !== undefined) await confirm(user, { ...mail, email }, at.request)
    return signIn(edge, { user, method: answer.method, ...at })
  }

  /** The account is there, and a mail can be sent again from its page: that it could not be sent is no failure to sign up. */
  async function confirm(
    user: User,
    mail: { email: string; language: LetterLanguage },
    request: FastifyRequest,
  ): Promise<void> {
    try {
      await askForAddress(deps, user, { ...mail, actor: actorOf(user, clientOf(request)) })
    } catch (error) {
      if (!(error instanceof KeywayError) || error.code === 'internal') throw error
      edge.report(error, request.id)
    }
  }

  app.post('/api/app/sign-up/passkey/options', FOR_PAGE, async (request): Promise<PasskeyCreationOptions> => {
    refuseSignedIn(request)
    return signUpOptions(deps, readBody(request, optionsBody), request.ip)
  })

  app.post('/api/app/sign-up/passkey/verify', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    refuseSignedIn(request)
    const { name, user, response, passkey_name: passkeyName = PASSKEY_NAME, ...mail } = readBody(request, passkeyBody)
    const userId = Buffer.from(user, 'base64url').toString()
    return complete({ method: 'passkey', name, userId, response, passkeyName }, mail, { request, reply })
  })

  app.post('/api/app/sign-up/password', FOR_PAGE, async (request, reply): Promise<SignedIn> => {
    refuseSignedIn(request)
    const { email, language, ...answer } = readBody(request, passwordBody)
    return complete({ method: 'password', ...answer }, { email, language }, { request, reply })
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
