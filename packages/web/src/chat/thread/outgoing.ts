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
      kind: 'wordings'
      /** 2 to 4, side by side. */
      columns: WordedColumn[]
      parentId: string | null
      trim?: boolean
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

/** One wording of a message, and who is asked with it. */
export type WordedColumn = { parts: Part[]; model: string; promptVersionId?: string }

/** What is asked for, of another model instead. */
export function askedOf(model: string, outgoing: Outgoing): Outgoing {
  return outgoing.kind === 'wordings'
    ? { ...outgoing, columns: outgoing.columns.map((column) => ({ ...column, model })) }
    : { ...outgoing, models: [model] }
}

/** What was written, of what is going out. */
export function textOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n')
}
