import type { Me, SignedIn } from '@keyway/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { beginSession, endOf, type SignedInUser } from '../../accounts/sessions.ts'
import type { SessionMethod } from '../../store/account-records.ts'
import type { User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf } from './app-access.ts'
import { sessionCookie, setCookie } from './session-cookie.ts'
import { moment } from './values.ts'
import { webKey } from './web-caller.ts'

/** Signs a person in: a new session in place of whatever the browser had, and its cookie. */
export async function signIn(
  edge: Edge,
  of: { user: User; method: SessionMethod; request: FastifyRequest; reply: FastifyReply },
): Promise<SignedIn> {
  const { user, method, request, reply } = of
  const replaces = request.signedIn?.session.id ?? null
  const { secret, session } = await beginSession(edge.app.signIn, { user, method, replaces }, clientOf(request))
  await webKey(edge.keys, user)
  reply.header('set-cookie', setCookie(sessionCookie(edge.publicUrl(), edge.store.installId), secret))
  return { user: await meOf(edge, { user, session }) }
}

/** The signed-in person as the app sees them. */
export async function meOf(edge: Edge, { user, session }: SignedInUser): Promise<Me> {
  const [passkeys, password] = await Promise.all([
    edge.store.listPasskeys(user.id),
    edge.store.findPassword({ userId: user.id }),
  ])
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: user.role,
    has_password: password !== undefined,
    passkeys: passkeys.length,
    session: { id: session.id, authenticated_at: moment(session.authenticatedAt), expires_at: moment(endOf(session)) },
  }
}
