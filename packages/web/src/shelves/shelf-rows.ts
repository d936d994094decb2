import type { Conversation } from '@keyway/contract'

/** A line of the list, from top to bottom. */
export type ShelfRow =
  | { kind: 'heading'; key: string; title: Heading }
  | { kind: 'conversation'; key: string; conversation: Conversation }

/** What stands above a group; a month as its first moment. */
export type Heading = 'pinned' | 'today' | 'yesterday' | 'week' | { month: Date }

/** Days before today that are still of the last week. */
const WEEK_DAYS = 7

/**
 * Conversations under their headings: pinned ones, then by the day of their last message as the reader's calendar has it.
 * Their order among themselves is made anew, because one that changed here is still where it was in its page.
 */
export function shelfRows(conversations: readonly Conversation[], now: Date): ShelfRow[] {
  const sorted = [...conversations].sort((a, b) => {
    if (a.pinned !== b.pinned) return a.pinned ? -1 : 1
    return Date.parse(b.updated_at) - Date.parse(a.updated_at) || (a.id < b.id ? 1 : -1)
  })
  const rows: ShelfRow[] = []
  let group: string | undefined
  for (const conversation of sorted) {
    const title = headingOf(conversation, now)
    const key = typeof title === 'string' ? title : `month ${title.month.getTime()}`
    if (key !== group) rows.push({ kind: 'heading', key, title })
    group = key
    rows.push({ kind: 'conversation', key: conversation.id, conversation })
  }
  return rows
}

function headingOf({ pinned, updated_at }: Conversation, now: Date): Heading {
  if (pinned) return 'pinned'
  const used = new Date(updated_at)
  const dayBegan = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo)
  if (used >= dayBegan(0)) return 'today'
  if (used >= dayBegan(1)) return 'yesterday'
  if (used >= dayBegan(WEEK_DAYS)) return 'week'
  return { month: new Date(used.getFullYear(), used.getMonth()) }
}
