import type { FastifyRequest } from 'fastify'
import type { Whose } from '../../store/chat-records.ts'
import { personOf } from './app-access.ts'

/** Whose conversations, attachments and prompts a request is about: nobody sees another's, whatever their role. */
export function whoseOf(request: FastifyRequest): Whose {
  const { user } = personOf(request)
  return { workspaceId: user.workspaceId, userId: user.id }
}
