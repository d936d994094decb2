import type { MessageRecord } from '../store/chat-records.ts'
import { estimateTokens } from './estimate-tokens.ts'

/** What the messages of one request are taken from: those from the beginning of a conversation to one of its messages. */
export type Branch = readonly MessageRecord[]

/** @param messages of the whole tree, in any order @returns the way to `leafId`, the oldest first; undefined if it is not there */
export function branchTo(messages: readonly MessageRecord[], leafId: string): Branch | undefined {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const branch: MessageRecord[] = []
  for (let at = byId.get(leafId); at !== undefined; at = at.parentId === null ? undefined : byId.get(at.parentId)) {
    branch.push(at)
    // A tree has no way round; a file that was brought in may say otherwise.
    byId.delete(at.id)
  }
  return branch.length === 0 ? undefined : branch.reverse()
}

/** A bit more than the guess, so that what was trimmed to fit does fit. */
const TRIM_MARGIN = 1.1

/** How much of a branch is sent. `tokens` is an estimate of it, the system prompt left out. */
export type Fitting = { branch: Branch; tokens: number }

/** The whole branch, and whether it fits. */
export function measure(branch: Branch): Fitting {
  return { branch, tokens: branch.reduce((sum, message) => sum + estimateTokens(message.parts), 0) }
}

/**
 * Leaves out the oldest messages until the rest fits. What is left begins with a message of the person's, so that no
 * answer stands without its question and no tool's result without its call; the last one always stays.
 * @param room in tokens
 */
export function trim(branch: Branch, room: number): Fitting {
  const sizes = branch.map((message) => estimateTokens(message.parts))
  let tokens = sizes.reduce((sum, size) => sum + size, 0)
  let first = 0
  const last = branch.findLastIndex((message) => message.role === 'user')
  while (tokens * TRIM_MARGIN > room && first < last) {
    do {
      tokens -= sizes[first] ?? 0
      first++
    } while (first < last && branch[first]?.role !== 'user')
  }
  return { branch: branch.slice(first), tokens }
}
