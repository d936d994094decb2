import type { FastifyInstance } from 'fastify'
import type { Edge } from '../edge.ts'
import { answerRoutes } from './answers.ts'
import { connectedAppRoutes } from './apps.ts'
import { attachmentRoutes } from './attachments.ts'
import { authQuestionRoutes } from './auth.ts'
import { connectionRoutes } from './connection.ts'
import { conversationEventRoutes } from './conversation-events.ts'
import { conversationRoutes } from './conversations.ts'
import { credentialRoutes } from './credentials.ts'
import { exportRoutes } from './exports.ts'
import { folderRoutes } from './folders.ts'
import { importRoutes } from './imports.ts'
import { appKeyRoutes } from './keys.ts'
import { localServerRoutes } from './local-servers.ts'
import { loginRoutes } from './login.ts'
import { mailRoutes } from './mail.ts'
import { meRoutes } from './me.ts'
import { modelRoutes } from './models.ts'
import { passkeyRoutes } from './passkeys.ts'
import { peopleRoutes } from './people.ts'
import { preferenceRoutes } from './preferences.ts'
import { promptRoutes } from './prompts.ts'
import { searchRoutes } from './search.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { setupRoutes } from './setup.ts'
import { signUpRoutes } from './sign-up.ts'
import { ssoRoutes } from './sso.ts'
import { stateRoutes } from './state.ts'
import { usageRoutes } from './usage.ts'

/** Everything under /api/app: what the web app asks the server. @see AppApi of @keyway/contract */
export function appRoutes(app: FastifyInstance, edge: Edge): void {
  for (const topic of [
    stateRoutes,
    setupRoutes,
    signUpRoutes,
    loginRoutes,
    meRoutes,
    mailRoutes,
    passkeyRoutes,
    secondFactorRoutes,
    ssoRoutes,
    peopleRoutes,
    appKeyRoutes,
    credentialRoutes,
    connectionRoutes,
    modelRoutes,
    localServerRoutes,
    usageRoutes,
    authQuestionRoutes,
    connectedAppRoutes,
    conversationRoutes,
    answerRoutes,
    conversationEventRoutes,
    attachmentRoutes,
    folderRoutes,
    promptRoutes,
    searchRoutes,
    exportRoutes,
    importRoutes,
    preferenceRoutes,
  ]) {
    topic(app, edge)
  }
}
