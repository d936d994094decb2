import type { Part } from '@keyway/contract'

/** What is asked for: an answer to something new, or another answer to something that is there. */
export type Outgoing =
  | {
      kind: 'message'
      parts: Part[]
      /** null: it begins the conversation. */
      parentId: string | null
      models: string[]
      trim?: boolean
      promptVersionId?: string
    }
  | {
      kind: 'answer'
      /** The person's message. */
      parentId: string
      models: string[]
      trim?: boolean
      /** The answer that it goes on from. */
      continues?: string
    }

/** What was written, of what is going out. */
export function textOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n')
}
