import type { Message } from '@keyway/contract'

/** Every message of a conversation by its id, on all its branches, in the order in which they came. */
export type Messages = ReadonlyMap<string, Message>

/** One row of the branch that is shown: a message of the person's, an answer, or answers side by side. */
export type Step = {
  /** One message, or the 2 to 4 of a comparison. */
  messages: readonly Message[]
  /** The one from which the branch goes on. */
  on: Message
  /** What could stand here instead, itself among them: the first message of each, the oldest first. */
  variants: readonly Message[]
  /** Its own place among them. */
  at: number
}

/**
 * The branch that ends at a message, from the top.
 * @param leaf where it ends; unknown or null: the newest branch
 */
export function branchTo(messages: Messages, leaf: string | null): Step[] {
  const children = childrenOf(messages)
  const chain: Message[] = []
  const seen = new Set<string>()
  let id = leaf !== null && messages.has(leaf) ? leaf : newestLeaf(messages, children, null)
  while (id !== null && !seen.has(id)) {
    seen.add(id)
    const message = messages.get(id)
    if (message === undefined) break
    chain.push(message)
    id = message.parent_id
  }
  return chain.reverse().map((on) => {
    const siblings = children.get(on.parent_id) ?? [on]
    const variants = siblings.filter(
      (one, place) =>
        one.group_id === null || siblings.findIndex(({ group_id }) => group_id === one.group_id) === place,
    )
    return {
      on,
      messages: on.group_id === null ? [on] : siblings.filter(({ group_id }) => group_id === on.group_id),
      variants,
      at: variants.findIndex((one) => one.id === on.id || (on.group_id !== null && one.group_id === on.group_id)),
    }
  })
}

/** How many messages come before one on its branch. */
export function messagesBefore(messages: Messages, id: string | null): number {
  const seen = new Set<string>()
  for (let at = messages.get(id ?? '')?.parent_id; at != null && !seen.has(at); at = messages.get(at)?.parent_id)
    seen.add(at)
  return seen.size
}

/** Where the branch through a message ends, if at each fork one goes where the newest message is. */
export function leafUnder(messages: Messages, id: string): string {
  return newestLeaf(messages, childrenOf(messages), id) ?? id
}

function childrenOf(messages: Messages): Map<string | null, Message[]> {
  const children = new Map<string | null, Message[]>()
  for (const message of messages.values()) {
    const siblings = children.get(message.parent_id)
    if (siblings === undefined) children.set(message.parent_id, [message])
    else siblings.push(message)
  }
  for (const siblings of children.values()) siblings.sort(byAge)
  return children
}

/** The oldest first; of equally old ones the one that came first. */
const byAge = (a: Message, b: Message) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0)

function newestLeaf(
  messages: Messages,
  children: ReadonlyMap<string | null, Message[]>,
  from: string | null,
): string | null {
  const seen = new Set<string>()
  let id = from
  for (;;) {
    const below: Message[] = children.get(id) ?? []
    // Of a comparison the first answer, as the server has it; of other siblings the newest.
    const newest = below.at(-1)
    const next = newest?.group_id == null ? newest : below.find(({ group_id }) => group_id === newest.group_id)
    if (next === undefined || seen.has(next.id) || !messages.has(next.id)) return id
    seen.add(next.id)
    id = next.id
  }
}
