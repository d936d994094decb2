import type { Asked, Message } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Asker } from '../../chat/begin-answers.ts'
import { conversationView, messageView } from '../../chat/view.ts'
import type { AskOutcome } from '../../store/chat-records.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE, personOf } from './app-access.ts'
import { answerBody, compareBody, MESSAGE_BODY_BYTES, newId, sendBody, type terms } from './chat-body.ts'
import { newConversation } from './conversations.ts'
import { forLargeBodies } from './large-body.ts'
import { readBody } from './read-body.ts'
import { webCaller } from './web-caller.ts'
import { whoseOf } from './whose.ts'

/** Characters of a browser's own description; the gateway's bound for it. */
const USER_AGENT_CHARS_MAX = 200

type ById = { Params: { id: string } }

/** Asking, and stopping what is being answered. Answers come by the conversation's events. */
export function answerRoutes(app: FastifyInstance, edge: Edge): void {
  const { chat } = edge.app

  app.post<ById>(
    '/api/app/conversations/:id/messages',
    forLargeBodies(edge, MESSAGE_BODY_BYTES),
    async (request): Promise<Asked> => {
      const body = readBody(request, sendBody, MESSAGE_BODY_BYTES)
      return asked(await chat.send(await askerOf(request), { ...body, ...placeOf(request, body.begins) }))
    },
  )

  app.post<ById>(
    '/api/app/conversations/:id/comparisons',
    forLargeBodies(edge, MESSAGE_BODY_BYTES),
    async (request): Promise<Asked> => {
      const body = readBody(request, compareBody, MESSAGE_BODY_BYTES)
      return asked(await chat.compare(await askerOf(request), { ...body, ...placeOf(request, body.begins) }))
    },
  )

  app.post<ById>('/api/app/conversations/:id/answers', FOR_PEOPLE, async (request): Promise<Asked> => {
    const body = readBody(request, answerBody)
    return asked(await chat.answer(await askerOf(request), { ...body, conversationId: request.params.id }))
  })

  app.post<ById>('/api/app/messages/:id/stop', FOR_PEOPLE, async (request): Promise<Message> => {
    return messageView(await chat.stop(whoseOf(request), request.params.id))
  })

  /** Where it is asked: in a conversation that is there, or in one that begins with it, whose id is as new ones are. */
  function placeOf({ params }: FastifyRequest<ById>, begins: z.output<typeof terms> | undefined) {
    if (begins === undefined) return { conversationId: params.id, begun: undefined }
    const begun = newConversation(newId.parse(params.id), begins, edge.clock.now())
    return { conversationId: begun.id, begun }
  }

  /** The person as the gateway's caller: their calls go under their hidden web key. */
  async function askerOf(request: FastifyRequest): Promise<Asker> {
    const caller = await webCaller(edge.keys, personOf(request).user)
    edge.rateLimiter.admit(caller)
    const userAgent = request.headers['user-agent']?.slice(0, USER_AGENT_CHARS_MAX) ?? null
    return { whose: whoseOf(request), caller, requestId: request.id, userAgent }
  }
}

function asked({ messages, conversation }: AskOutcome): Asked {
  return { messages: messages.map(messageView), conversation: conversationView(conversation) }
}
