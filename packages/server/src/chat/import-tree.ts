import type { ConversationImport } from '../store/chat-records.ts'

export type ImportedMessage = ConversationImport['messages'][number]

/** Why one conversation of a file is left out. Fit to be shown. */
export class NotImported extends Error {
  override readonly name = 'NotImported'
}

/**
 * The messages of a file as a tree in which parents come before their children, siblings in the order of the file.
 * @throws NotImported for two of the same id, a parent that is not there, and a way round
 */
export function asTree(messages: readonly ImportedMessage[]): ImportedMessage[] {
  const children = new Map<string | null, ImportedMessage[]>()
  const ids = new Set<string>()
  for (const message of messages) {
    if (ids.has(message.id)) throw new NotImported('two of its messages have the same id')
    ids.add(message.id)
    const siblings = children.get(message.parentId)
    if (siblings) siblings.push(message)
    else children.set(message.parentId, [message])
  }
  const ordered: ImportedMessage[] = []
  const waiting = [...(children.get(null) ?? [])].reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next)
    waiting.push(...(children.get(next.id) ?? []).toReversed())
  }
  // Whatever was not reached hangs on something that is not there, or on itself.
  if (ordered.length < messages.length) throw new NotImported('its messages do not form a tree')
  return ordered
}

/** Where the shown branch ends: there, if it is one of them, or at the last message. */
export function leafOf(messages: readonly ImportedMessage[], wanted: string | null): string | null {
  const known = messages.some(({ id }) => id === wanted)
  return known ? wanted : (messages.at(-1)?.id ?? null)
}
