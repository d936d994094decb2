import type { Part } from '@keyway/contract'
import { rowId, uuid } from '../../base/ids.ts'
import type { AnswerEnd, Ask, ConversationRecord, NewMessage, Whose } from '../chat-records.ts'
import { NOON, type World } from './subject.ts'

export const MANY = {
  ...{ conversations: 1000, messages: 1000, conversationBytes: 1_000_000 },
  ...{ folders: 100, prompts: 100, versions: 100 },
}

/** A short way to make what chats consist of. */
export function chatOf(world: () => World) {
  const me = (): Whose => ({ workspaceId: world().workspace.id, userId: world().owner.id })

  /** Somebody else in the same workspace. */
  async function neighbour(): Promise<Whose> {
    const { owner, workspace, store, actor } = world()
    const user = { ...owner, id: rowId('user'), name: 'Neighbour', role: 'member' as const }
    await store.createUser(user, actor)
    return { workspaceId: workspace.id, userId: user.id }
  }

  /** Somebody of another workspace. */
  async function foreigner(): Promise<Whose> {
    const { workspace, owner } = await world().tenant()
    return { workspaceId: workspace.id, userId: owner.id }
  }

  function conversation(
    fields: { id?: string; temporaryUntil?: number; folderId?: string; whose?: Whose } = {},
  ): Promise<ConversationRecord> {
    const { id = uuid(), temporaryUntil = null, folderId = null, whose = me() } = fields
    const settings = { models: ['a/b'], system_prompt: '', parameters: {} }
    const createdAt = world().clock.now()
    return world().store.createConversation(whose, { id, temporaryUntil, folderId, settings, createdAt }, MANY)
  }

  /** A question with one answer, which streams. */
  function question(
    conversationId: string,
    text: string,
    fields: Partial<Ask> & { parentId?: string; parts?: Part[] } = {},
  ): Ask {
    const { parentId = null, parts = [{ kind: 'text', text }], ...more } = fields
    const id = uuid()
    const asked: NewMessage = {
      ...{ id, parentId, role: 'user', status: 'done', parts },
      ...{ model: null, groupId: null, promptVersionId: null },
    }
    const reply = answerTo(id)
    const at = world().clock.now()
    return { id, conversationId, messages: [asked, reply], activeLeafId: reply.id, title: text, at, ...more }
  }

  function answerTo(parentId: string, fields: Partial<NewMessage> = {}): NewMessage {
    return {
      ...{ id: uuid(), parentId, role: 'assistant', status: 'streaming', parts: [] },
      ...{ model: 'a/b', groupId: null, promptVersionId: null },
      ...fields,
    }
  }

  /** A conversation in which one question was asked and answered. */
  async function told(text: string, reply: string, whose: Whose = me()): Promise<ConversationRecord> {
    const { id } = await conversation({ whose })
    const asked = question(id, text)
    await world().store.ask(whose, asked, MANY)
    const ended = await world().store.endAnswer(whose, asked.activeLeafId, endOf(reply))
    if (!ended) throw new Error('the answer did not end')
    return ended.conversation
  }

  return { me, neighbour, foreigner, conversation, question, answerTo, told }
}

export function endOf(text: string, fields: Partial<AnswerEnd> = {}): AnswerEnd {
  return {
    ...{ status: 'done', parts: [{ kind: 'text', text }], generationId: 'gen-1', figures: null },
    ...{ cost: 0n, failure: null, at: NOON + 1000 },
    ...fields,
  }
}
