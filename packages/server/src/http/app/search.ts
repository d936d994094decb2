import type { Listed, SearchHit } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { excerptOf } from '../../chat/search-excerpt.ts'
import { conversationView } from '../../chat/view.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE } from './app-access.ts'
import { whoseOf } from './whose.ts'

const QUERY_CHARS_MAX = 500

const query = z.object({
  q: z.string().max(QUERY_CHARS_MAX),
  limit: z.coerce.number().int().min(1).max(100).prefault(30),
})

/** Words in the titles and messages of one's own conversations. */
export function searchRoutes(app: FastifyInstance, edge: Edge): void {
  app.get('/api/app/search', FOR_PEOPLE, async (request): Promise<Listed<SearchHit>> => {
    const asked = query.safeParse(request.query)
    if (!asked.success) {
      const field = asked.error.issues[0]?.path[0] === 'limit' ? 'limit' : 'q'
      const expected = field === 'limit' ? '1 to 100' : `up to ${QUERY_CHARS_MAX} characters`
      throw new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
    }
    const { q, limit } = asked.data
    const finds = await edge.store.searchChats(whoseOf(request), q, limit)
    return {
      data: finds.map(({ conversation, messageId, text }) => ({
        conversation: conversationView(conversation),
        message_id: messageId,
        excerpt: excerptOf(text, q),
      })),
    }
  })
}
