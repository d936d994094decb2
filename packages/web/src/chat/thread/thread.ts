import type { ChatEvent, Conversation, Message, Part } from '@keyway/contract'
import type { Messages } from './tree.ts'

/** A conversation as this browser knows it. Never changed in place. */
export type Thread = {
  conversation: Conversation
  messages: Messages
  /** The branch that is shown ends here. */
  leaf: string | null
  /** Grows when a message comes or goes, not when one grows. */
  shape: number
  /** The latest revision that the line told of. */
  told: number
  /** Something happened to a message that is not known here. */
  gap: boolean
  deleted: boolean
}

/** How the ids of answers begin that were asked for and that the server has not told yet. */
export const AWAITED = 'awaited:'

export function beginThread(conversation: Conversation, messages: readonly Message[]): Thread {
  return {
    conversation,
    messages: new Map(messages.map((message) => [message.id, message])),
    leaf: conversation.active_leaf_id,
    shape: 0,
    told: conversation.revision,
    gap: false,
    deleted: false,
  }
}

/** Is it to be read again? */
export function isBehind({ told, gap, conversation, deleted }: Thread): boolean {
  return !deleted && (gap || told > conversation.revision)
}

/** With messages that the server told, in an answer or on the line. */
export function withMessages(thread: Thread, told: readonly Message[]): Thread {
  const messages = new Map(thread.messages)
  let { shape, leaf } = thread
  for (const message of told) {
    const known = messages.get(message.id)
    // What the line brought is ahead of what an answer says of a message that is still being written.
    if (known !== undefined && message.status === 'streaming') continue
    if (known === undefined) {
      shape++
      const awaited = [...messages.values()].find(
        ({ id, parent_id, model }) =>
          id.startsWith(AWAITED) && parent_id === message.parent_id && model === message.model,
      )
      if (awaited !== undefined) {
        messages.delete(awaited.id)
        if (leaf === awaited.id) leaf = message.id
      }
    }
    messages.set(message.id, message)
  }
  return { ...thread, messages, shape, leaf }
}

export function withoutMessages(thread: Thread, ids: readonly string[], leaf: string | null): Thread {
  const messages = new Map(thread.messages)
  for (const id of ids) messages.delete(id)
  return { ...thread, messages, leaf, shape: thread.shape + 1 }
}

/** With what the server says of the conversation, unless something newer is known. Follows it to another branch. */
export function withConversation(thread: Thread, conversation: Conversation): Thread {
  const known = thread.conversation
  if (conversation.revision < known.revision) return thread
  const moved = conversation.active_leaf_id !== known.active_leaf_id
  return {
    ...thread,
    conversation,
    // Each change is one revision. What lies between, as another tab's question, was told and not read yet.
    gap: thread.gap || conversation.revision > known.revision + 1,
    ...(moved ? { leaf: conversation.active_leaf_id, shape: thread.shape + 1 } : {}),
  }
}

/** With all that the server has: what it no longer has is gone. */
export function readAgain(thread: Thread, conversation: Conversation, messages: readonly Message[]): Thread {
  // It was read before something that is known since, as an answer that has ended meanwhile.
  if (conversation.revision < thread.conversation.revision) return { ...thread, gap: true }
  // What is on its way to the server is not missing there.
  const sent = [...thread.messages.values()].flatMap(({ id, parent_id }) =>
    id.startsWith(AWAITED) ? [id, parent_id] : [],
  )
  const there = new Set([...messages.map(({ id }) => id), ...sent])
  const gone = [...thread.messages.keys()].filter((id) => !there.has(id))
  const kept = gone.length === 0 ? thread : withoutMessages(thread, gone, thread.leaf)
  return {
    ...withMessages(withConversation(kept, conversation), messages),
    gap: false,
    told: Math.max(thread.told, conversation.revision),
  }
}

/** With what happened. What does not fit to what is known leaves it behind rather than wrong. */
export function withEvent(thread: Thread, event: ChatEvent): Thread {
  switch (event.type) {
    case 'hello':
    case 'changed':
      return event.revision > thread.told ? { ...thread, told: event.revision } : thread
    case 'deleted':
      return { ...thread, deleted: true }
    case 'snapshot':
      return put(withMessages(thread, [event.message]), event.message)
    case 'ended':
      return withConversation(withMessages(thread, [event.message]), event.conversation)
    case 'part':
      return changeParts(thread, event.message_id, (parts) => {
        if (event.index > parts.length) return undefined
        return event.index === parts.length ? [...parts, event.part] : parts.with(event.index, event.part)
      })
    case 'delta':
      return changeParts(thread, event.message_id, (parts) => {
        const grown = grow(parts[event.index], event.text)
        return grown === undefined ? undefined : parts.with(event.index, grown)
      })
    default:
      // A later server may tell more.
      return thread
  }
}

function put(thread: Thread, message: Message): Thread {
  return { ...thread, messages: new Map(thread.messages).set(message.id, message) }
}

function changeParts(thread: Thread, id: string, change: (parts: Part[]) => Part[] | undefined): Thread {
  const message = thread.messages.get(id)
  const parts = message === undefined ? undefined : change(message.parts)
  if (message === undefined || parts === undefined) return { ...thread, gap: true }
  // An answer that ended has all its parts.
  return message.status === 'streaming' ? put(thread, { ...message, parts }) : thread
}

function grow(part: Part | undefined, text: string): Part | undefined {
  switch (part?.kind) {
    case 'text':
    case 'reasoning':
      return { ...part, text: part.text + text }
    case 'tool_call':
      return { ...part, arguments: part.arguments + text }
    default:
      return undefined
  }
}
