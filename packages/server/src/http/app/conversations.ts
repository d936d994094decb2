import type { ChatSettings, Conversation, ConversationList, Deleted, Done, WholeConversation } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { endOfDay } from '../../accounts/daily-limit.ts'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import { uuid } from '../../base/ids.ts'
import { conversationView, messageView } from '../../chat/view.ts'
import type {
  ConversationCursor,
  ConversationPatch,
  ConversationRecord,
  Erasure,
  NewConversation,
} from '../../store/chat-records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import {
  conversationChangeBody,
  conversationQuery,
  MESSAGE_BODY_BYTES,
  newConversationBody,
  PLAIN_SETTINGS,
  type terms,
} from './chat-body.ts'
import { forLargeBodies } from './large-body.ts'
import { readBody } from './read-body.ts'
import { moment } from './values.ts'
import { whoseOf } from './whose.ts'

/** How long a conversation that was deleted can be had back: long enough for a second thought over a night. Milliseconds. */
const RESTORABLE_MS = 24 * 60 * 60_000

type ById = { Params: { id: string } }

/** Conversations: listed, made, read, changed, deleted and had back. What is another's is not there. */
export function conversationRoutes(app: FastifyInstance, edge: Edge): void {
  const { store, clock } = edge
  const { chat } = edge.app
  // A system prompt may be as long as a message.
  const forSettings = forLargeBodies(edge, MESSAGE_BODY_BYTES)

  app.get('/api/app/conversations', FOR_PEOPLE, async (request): Promise<ConversationList> => {
    const { archived, folder, before, limit } = conversationQuery.parse(request.query)
    const found = await store.listConversations(whoseOf(request), {
      archived: archived === 'true',
      // One more than asked for: is there a next page?
      limit: limit + 1,
      ...(folder === undefined ? {} : { folderId: folder }),
      ...(before === undefined ? {} : { before: readCursor(before) }),
    })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      data: page.map(conversationView),
      next: found.length > limit && last !== undefined ? writeCursor(last) : null,
    }
  })

  app.post('/api/app/conversations', forSettings, async (request, reply): Promise<Conversation> => {
    const { id = uuid(), ...given } = readBody(request, newConversationBody, MESSAGE_BODY_BYTES)
    const conversation = newConversation(id, given, clock.now())
    const made = await store.createConversation(whoseOf(request), conversation, chat.limits)
    reply.code(201)
    return conversationView(made)
  })

  app.delete('/api/app/conversations', FOR_PEOPLE, (request) => erase(request, 'conversations'))

  app.delete('/api/app/data', FOR_PEOPLE, (request) => erase(request, 'data'))

  async function erase(request: FastifyRequest, what: Erasure): Promise<Done> {
    const person = personOf(request)
    requireFresh(person, clock)
    const whose = whoseOf(request)
    await store.eraseChats(whose, what, { actor: actorOf(person.user, clientOf(request)), at: clock.now() })
    chat.tellErasure(whose)
    return { done: true }
  }

  app.get<ById>('/api/app/conversations/:id', FOR_PEOPLE, async (request): Promise<WholeConversation> => {
    const whole = await store.readConversation(whoseOf(request), request.params.id)
    if (whole === undefined) throw noSuch()
    return { conversation: conversationView(whole.conversation), messages: whole.messages.map(messageView) }
  })

  app.patch<ById>('/api/app/conversations/:id', forSettings, async (request): Promise<Conversation> => {
    const change = readBody(request, conversationChangeBody, MESSAGE_BODY_BYTES)
    const whose = whoseOf(request)
    const before = await find(request)
    const changed = await store.changeConversation(whose, before.id, patchOf(change, before))
    if (changed === undefined) throw noSuch()
    chat.tellChange(whose, changed)
    return conversationView(changed)
  })

  app.delete<ById>('/api/app/conversations/:id', FOR_PEOPLE, async (request): Promise<Deleted> => {
    const at = clock.now()
    const whose = whoseOf(request)
    const purgeAt = at + RESTORABLE_MS
    if (!(await store.deleteConversation(whose, request.params.id, { at, purgeAt }))) throw noSuch()
    chat.tellDeletion(whose, request.params.id)
    return { restorable_until: moment(purgeAt) }
  })

  app.post<ById>('/api/app/conversations/:id/restore', FOR_PEOPLE, async (request): Promise<Conversation> => {
    const restored = await store.restoreConversation(whoseOf(request), request.params.id, clock.now())
    if (restored === undefined) throw noSuch()
    return conversationView(restored)
  })

  async function find(request: FastifyRequest<ById>): Promise<ConversationRecord> {
    const found = await store.findConversation(whoseOf(request), request.params.id)
    if (found === undefined) throw noSuch()
    return found
  }
}

/** A conversation that begins now. */
export function newConversation(id: string, given: z.output<typeof terms>, now: number): NewConversation {
  const { temporary, folder_id: folderId, settings } = given
  return {
    id,
    folderId,
    temporaryUntil: temporary ? endOfDay(now) : null,
    settings: mergeSettings(PLAIN_SETTINGS, settings),
    createdAt: now,
  }
}

export function patchOf(
  change: z.output<typeof conversationChangeBody>,
  before: ConversationRecord,
): ConversationPatch {
  const { folder_id, active_leaf_id, settings, temporary, ...plain } = change
  return {
    ...plain,
    ...(folder_id === undefined ? {} : { folderId: folder_id }),
    ...(active_leaf_id === undefined ? {} : { activeLeafId: active_leaf_id }),
    ...(settings === undefined ? {} : { settings: mergeSettings(before.settings, settings) }),
    ...(temporary === undefined ? {} : { temporaryUntil: null }),
  }
}

/** Parameters are replaced as a whole: one that is left out is the provider's usual again. */
export function mergeSettings(before: ChatSettings, change: Partial<ChatSettings>): ChatSettings {
  return { ...before, ...change }
}

function noSuch(): KeywayError {
  return new KeywayError('not_found', 'There is no conversation with that id.')
}

/** Where a page ended, as text: '1.1763717400000.<id>'. */
export function writeCursor({ pinned, updatedAt, id }: ConversationCursor): string {
  return `${pinned ? 1 : 0}.${updatedAt}.${id}`
}

/** @throws KeywayError invalid_request */
export function readCursor(text: string): ConversationCursor {
  const [, pinned, updatedAt, id] = /^([01])\.(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/.exec(text) ?? []
  if (pinned === undefined || updatedAt === undefined || id === undefined) {
    throw new KeywayError('invalid_request', '"before" is invalid: expected what "next" of the page before said.')
  }
  return { pinned: pinned === '1', updatedAt: Number(updatedAt), id }
}
