import type { Asked, Conversation, ConversationList, WholeConversation } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { uuid } from '../base/ids.ts'
import { titleOf } from '../chat/title.ts'
import { conversationView, messageView } from '../chat/view.ts'
import type { NewMessage, Whose } from '../store/chat-records.ts'
import type { Store } from '../store/store.ts'
import {
  conversationChangeBody,
  conversationQuery,
  id as idText,
  MESSAGE_BODY_BYTES,
  newConversationBody,
} from './app/chat-body.ts'
import { newConversation, patchOf, readCursor, writeCursor } from './app/conversations.ts'
import { withBody } from './app/large-body.ts'
import { promptRoutesAt } from './app/prompts.ts'
import { readBody } from './app/read-body.ts'
import { longText } from './app/texts.ts'
import type { Edge } from './edge.ts'
import { callerOf } from './keys.ts'
import { access } from './route.ts'

/** How long a conversation that was deleted can be had back in the app. Milliseconds. */
const RESTORABLE_MS = 24 * 60 * 60_000
/** Messages added at once. */
const MESSAGES_MAX = 100
const TEXT_CHARS_MAX = 2_000_000

const FOR_CHAT = access('chat')

const appendBody = z.object({
  /** The same again adds nothing. */
  id: z.uuid({ error: 'expected a UUID' }).exactOptional(),
  parent_id: idText.nullable().exactOptional(),
  messages: z
    .array(
      z.object({
        role: z.enum(['user', 'assistant'], { error: 'expected user or assistant' }),
        content: longText(TEXT_CHARS_MAX),
        model: z.string().max(300).nullable().prefault(null),
      }),
      { error: 'expected a list of messages' },
    )
    .min(1, { error: 'expected at least one message' })
    .max(MESSAGES_MAX, { error: `expected at most ${MESSAGES_MAX} messages` }),
})

type ById = { Params: { id: string } }

/** Conversations and prompts of a key's person, for programs of theirs. Answers are asked for at /chat/completions. */
export function chatHistoryRoutes(app: FastifyInstance, edge: Edge, prefix: string): void {
  const { store, clock } = edge
  const { chat } = edge.app
  const path = `${prefix}/chat/conversations`
  const forTexts = withBody(FOR_CHAT, edge, MESSAGE_BODY_BYTES)

  app.get(path, FOR_CHAT, async (request): Promise<ConversationList> => {
    const { archived, folder, before, limit } = conversationQuery.parse(request.query)
    const found = await store.listConversations(whoseOf(request), {
      archived: archived === 'true',
      limit: limit + 1,
      ...(folder === undefined ? {} : { folderId: folder }),
      ...(before === undefined ? {} : { before: readCursor(before) }),
    })
    const last = found[limit - 1]
    const next = found.length > limit && last !== undefined ? writeCursor(last) : null
    return { data: found.slice(0, limit).map(conversationView), next }
  })

  app.post(path, forTexts, async (request): Promise<Conversation> => {
    const { id = uuid(), ...given } = readBody(request, newConversationBody, MESSAGE_BODY_BYTES)
    const conversation = newConversation(id, given, clock.now())
    return conversationView(await store.createConversation(whoseOf(request), conversation, chat.limits))
  })

  app.get<ById>(`${path}/:id`, FOR_CHAT, async (request): Promise<WholeConversation> => {
    const whole = await store.readConversation(whoseOf(request), request.params.id)
    if (whole === undefined) throw noSuch()
    return { conversation: conversationView(whole.conversation), messages: whole.messages.map(messageView) }
  })

  app.patch<ById>(`${path}/:id`, forTexts, async (request): Promise<Conversation> => {
    const change = readBody(request, conversationChangeBody, MESSAGE_BODY_BYTES)
    const whose = whoseOf(request)
    const before = await store.findConversation(whose, request.params.id)
    const changed = before && (await store.changeConversation(whose, before.id, patchOf(change, before)))
    if (changed === undefined) throw noSuch()
    chat.tellChange(whose, changed)
    return conversationView(changed)
  })

  app.delete<ById>(`${path}/:id`, FOR_CHAT, async (request): Promise<{ deleted: true }> => {
    const at = clock.now()
    const whose = whoseOf(request)
    if (!(await store.deleteConversation(whose, request.params.id, { at, purgeAt: at + RESTORABLE_MS }))) throw noSuch()
    chat.tellDeletion(whose, request.params.id)
    return { deleted: true }
  })

  app.post<ById>(`${path}/:id/messages`, forTexts, async (request): Promise<Asked> => {
    const { id = uuid(), parent_id, messages } = readBody(request, appendBody, MESSAGE_BODY_BYTES)
    const whose = whoseOf(request)
    const conversation = await store.findConversation(whose, request.params.id)
    if (conversation === undefined) throw noSuch()
    const parentId = parent_id === undefined ? conversation.activeLeafId : parent_id
    if (parentId !== null) await refuseUnderWriting(store, whose, parentId)
    const chain = asChain(messages, parentId)
    const outcome = await store.ask(
      whose,
      {
        ...{ id, conversationId: conversation.id, messages: chain.made, activeLeafId: chain.leafId },
        ...{ title: titleOf(chain.made[0]?.parts ?? []), at: clock.now() },
      },
      chat.limits,
    )
    if (outcome === undefined) throw noSuch()
    if (!outcome.repeated) chat.tellChange(whose, outcome.conversation)
    return { messages: outcome.messages.map(messageView), conversation: conversationView(outcome.conversation) }
  })

  promptRoutesAt(app, edge, { path: `${prefix}/chat/prompts`, options: FOR_CHAT, whoseOf })
}

/** What follows an answer has to know all of it. A parent that is not there is refused with the rest. */
async function refuseUnderWriting(store: Pick<Store, 'findMessage'>, whose: Whose, id: string): Promise<void> {
  if ((await store.findMessage(whose, id))?.status !== 'streaming') return
  throw new KeywayError('invalid_request', '"parent_id" is invalid: expected an answer that is not being written.', {
    metadata: { field: 'parent_id' },
    fix: 'Wait until it is there, or name another parent.',
  })
}

/** Messages one under the other, beginning under a parent. */
function asChain(
  messages: z.output<typeof appendBody>['messages'],
  parentId: string | null,
): { made: NewMessage[]; leafId: string } {
  const made: NewMessage[] = []
  let leafId = ''
  for (const { role, content, model } of messages) {
    const id = uuid()
    made.push({
      ...{ id, parentId: made.length === 0 ? parentId : leafId, role, status: 'done', groupId: null },
      ...{ parts: [{ kind: 'text', text: content }], model: role === 'user' ? null : model, promptVersionId: null },
    })
    leafId = id
  }
  return { made, leafId }
}

function whoseOf(request: FastifyRequest): Whose {
  const { workspaceId, userId } = callerOf(request).key
  return { workspaceId, userId }
}

function noSuch(): KeywayError {
  return new KeywayError('not_found', 'There is no conversation with that id.')
}
