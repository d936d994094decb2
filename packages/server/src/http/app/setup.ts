import type { LoginAnswer, PasskeyCreationOptions, SetupCheck, SetupGone, SetupMethod } from '@keyway/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { registrationOptions } from '../../accounts/passkeys.ts'
import { completeSetup, readSetupToken, type SetupAnswer } from '../../accounts/sign-in.ts'
import { KeywayError } from '../../base/errors.ts'
import type { User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { FOR_PAGE } from './app-access.ts'
import { passDoor } from './begin-session.ts'
import { registrationBody } from './passkey-body.ts'
import { readBody, text } from './read-body.ts'
import { fromThisMachine } from './state.ts'
import { moment } from './values.ts'

const token = text(100)
const name = text(100).optional()
const tokenBody = z.object({ token })
const optionsBody = z.object({ token, name })
const passkeyBody = z.object({ token, name, passkey_name: name, response: registrationBody })
const passwordBody = z.object({ token, name, login: text(254), password: text(2_048) })

/** What a passkey is called until its owner says otherwise. */
export const PASSKEY_NAME = 'Passkey'

/** What a one-time link leads to: the person's way to sign in, and their first session. */
export function setupRoutes(app: FastifyInstance, edge: Edge): void {
  const deps = edge.app.signIn

  async function complete(answer: SetupAnswer, given: string, at: { request: FastifyRequest; reply: FastifyReply }) {
    const user = await completeSetup(deps, { token: given, address: at.request.ip }, answer)
    return passDoor(edge, { user, method: answer.method, door: 'setup-link', ...at })
  }

  app.post('/api/app/setup/check', FOR_PAGE, async (request): Promise<SetupCheck | SetupGone> => {
    const { token } = readBody(request, tokenBody)
    let found: Awaited<ReturnType<typeof readSetupToken>>
    try {
      found = await readSetupToken(deps, token, request.ip)
    } catch (error) {
      if (error instanceof KeywayError && error.code === 'not_found') return { gone: true, fix: error.fix }
      throw error
    }
    const { name, email, role } = found.user
    return {
      user: { name, email, role },
      methods: methodsFor(found.user, request),
      expires_at: moment(found.token.expiresAt),
    }
  })

  app.post('/api/app/setup/passkey/options', FOR_PAGE, async (request): Promise<PasskeyCreationOptions> => {
    const body = readBody(request, optionsBody)
    const { user, hash } = await readSetupToken(deps, body.token, request.ip)
    return registrationOptions(deps, { ...user, name: body.name ?? user.name }, { purpose: 'setup', subject: hash })
  })

  app.post('/api/app/setup/passkey/verify', FOR_PAGE, async (request, reply): Promise<LoginAnswer> => {
    const { token, name, passkey_name: passkeyName = PASSKEY_NAME, response } = readBody(request, passkeyBody)
    return complete({ method: 'passkey', response, name, passkeyName }, token, { request, reply })
  })

  app.post('/api/app/setup/password', FOR_PAGE, async (request, reply): Promise<LoginAnswer> => {
    const { token, name, login, password } = readBody(request, passwordBody)
    return complete({ method: 'password', login, password, name }, token, { request, reply })
  })

  app.post('/api/app/setup/this-machine', FOR_PAGE, async (request, reply): Promise<LoginAnswer> => {
    const { token } = readBody(request, tokenBody)
    const { user } = await readSetupToken(deps, token, request.ip)
    if (!methodsFor(user, request).includes('this_machine')) {
      throw new KeywayError('origin_forbidden', '"This machine only" is for the owner, on the machine itself.', {
        fix: 'Open the link on the machine that Keyway runs on, with Keyway listening on localhost, or choose a passkey.',
      })
    }
    return complete({ method: 'this_machine' }, token, { request, reply })
  })

  function methodsFor(user: User, request: FastifyRequest): SetupMethod[] {
    const methods: SetupMethod[] = deps.relyingParty() === undefined ? [] : ['passkey']
    methods.push('password')
    if (user.role === 'owner' && fromThisMachine(edge, request)) methods.push('this_machine')
    return methods
  }
}
