import type { AppState } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isThisMachineOnly } from '../../accounts/sign-in.ts'
import type { Edge } from '../edge.ts'
import { FOR_PAGE } from './app-access.ts'
import { meOf } from './begin-session.ts'
import { houseOf } from './house.ts'
import { isFromThisMachine } from './page-origin.ts'

/** The command that prints a one-time link for whoever installed Keyway. */
export const SETUP_COMMAND = 'npx keyway users setup-link owner'

/** The first thing that the app asks for. */
export function stateRoutes(app: FastifyInstance, edge: Edge): void {
  app.get('/api/app/state', FOR_PAGE, async (request): Promise<AppState> => {
    const { signIn } = edge.app
    const [logins, thisMachineOnly, house] = await Promise.all([
      edge.store.countLogins(),
      isThisMachineOnly(signIn),
      houseOf(edge, request.signedIn?.user.id),
    ])
    return {
      version: edge.version,
      user: request.signedIn === undefined ? null : await meOf(edge, request.signedIn),
      setup: logins.passkeys + logins.passwords > 0 || thisMachineOnly ? 'done' : 'needed',
      setup_command: SETUP_COMMAND,
      sign_up: signIn.door.mode,
      mail: signIn.mailer !== undefined,
      demo: edge.app.demo,
      sign_in: {
        passkey: logins.passkeys > 0 && signIn.relyingParty() !== undefined,
        password: logins.passwords > 0,
        this_machine: thisMachineOnly && fromThisMachine(edge, request),
        sso: edge.app.sso.providers.map(({ id, name, kind }) => ({ id, name, kind })),
      },
      connect: edge.app.connect(),
      house,
      rankings: edge.oauth.settings.public_rankings ? 'public' : 'people',
      public_url: edge.publicUrl(),
    }
  })
}

/** Whether a request may be let in without asking, where the owner chose so. */
export function fromThisMachine(edge: Edge, request: FastifyRequest): boolean {
  const place = { publicUrl: edge.publicUrl(), bind: edge.app.bind }
  return isFromThisMachine({ headers: request.headers, remoteAddress: request.raw.socket.remoteAddress }, place)
}
