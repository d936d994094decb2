import type { LoginAnswer, Me, SignedIn } from '@keyway/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type FirstStep, secondStepFor } from '../../accounts/second-step.ts'
import { beginSession, endOf, type SignedInUser } from '../../accounts/sessions.ts'
import { hasOwnLogin } from '../../accounts/visitors.ts'
import type { SessionMethod } from '../../store/account-records.ts'
import type { User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, owesFactor } from './app-access.ts'
import { dropSecondStep, keepSecondStep, secondStepCookie } from './second-step-cookie.ts'
import { sessionCookie, setCookie } from './session-cookie.ts'
import { moment } from './values.ts'
import { webKey } from './web-caller.ts'

/** Goes on after a first step: to a session, or to the second step where the person's account asks for one. */
export async function passDoor(
  edge: Edge,
  of: FirstStep & { request: FastifyRequest; reply: FastifyReply },
): Promise<LoginAnswer> {
  const step = await secondStepFor(edge.app.signIn, of)
  if (step === undefined) return signIn(edge, of)
  of.reply.header('set-cookie', keepSecondStep(secondStepCookie(edge.publicUrl(), edge.store.installId), step))
  return { second_step: { expires_at: moment(step.expiresAt) } }
}

/** Signs a person in who has done every step: a new session in place of whatever the browser had, and its cookie. */
export async function signIn(
  edge: Edge,
  of: { user: User; method: SessionMethod; request: FastifyRequest; reply: FastifyReply },
): Promise<SignedIn> {
  const { user, method, request, reply } = of
  const replaces = request.signedIn?.session.id ?? null
  const { secret, session } = await beginSession(edge.app.signIn, { user, method, replaces }, clientOf(request))
  await webKey(edge.keys, user)
  const [publicUrl, { installId }] = [edge.publicUrl(), edge.store]
  reply.header('set-cookie', [
    setCookie(sessionCookie(publicUrl, installId), secret),
    dropSecondStep(secondStepCookie(publicUrl, installId)),
  ])
  return { user: await meOf(edge, { user, session }) }
}

/** The signed-in person as the app sees them. */
export async function meOf(edge: Edge, { user, session }: SignedInUser): Promise<Me> {
  const [passkeys, password, factor, identities, visitor, verified, pending] = await Promise.all([
    edge.store.listPasskeys(user.id),
    edge.store.findPassword({ userId: user.id }),
    edge.store.findSecondFactor(user.id),
    edge.store.listIdentities(user.id),
    edge.store.findVisitor(user.id),
    edge.store.verifiedEmail(user.id),
    edge.store.pendingAddress(user.id, edge.clock.now()),
  ])
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    email_verified: verified !== undefined,
    email_pending: pending ?? null,
    role: user.role,
    has_password: password !== undefined,
    passkeys: passkeys.length,
    identities: identities.length,
    has_authenticator: factor?.confirmedAt != null,
    owes_factor: await owesFactor(edge, { user, session }),
    visitor: visitor !== undefined && !(await hasOwnLogin(edge.store, user.id)),
    session: { id: session.id, authenticated_at: moment(session.authenticatedAt), expires_at: moment(endOf(session)) },
  }
}
