import type { FastifyInstance } from 'fastify'
import type { Edge } from '../edge.ts'
import { connectionRoutes } from './connection.ts'
import { credentialRoutes } from './credentials.ts'
import { appKeyRoutes } from './keys.ts'
import { loginRoutes } from './login.ts'
import { meRoutes } from './me.ts'
import { modelRoutes } from './models.ts'
import { passkeyRoutes } from './passkeys.ts'
import { peopleRoutes } from './people.ts'
import { setupRoutes } from './setup.ts'
import { stateRoutes } from './state.ts'
import { usageRoutes } from './usage.ts'

/** Everything under /api/app: what the web app asks the server. @see AppApi of @keyway/contract */
export function appRoutes(app: FastifyInstance, edge: Edge): void {
  for (const topic of [
    stateRoutes,
    setupRoutes,
    loginRoutes,
    meRoutes,
    passkeyRoutes,
    peopleRoutes,
    appKeyRoutes,
    credentialRoutes,
    connectionRoutes,
    modelRoutes,
    usageRoutes,
  ]) {
    topic(app, edge)
  }
}
