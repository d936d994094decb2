import type { Row, Wording } from '../thread/rows.ts'

/** What stands in a column: an answer, and where each has a wording of its own, the message that it answers. */
export type ColumnOf = Omit<Wording, 'question'> & {
  question: string | undefined
  /** The wordings of the other columns. */
  others: string[]
}

/** The columns of a row, in their order. */
export function columnsOf({ ids, wordings }: Row): ColumnOf[] {
  if (wordings === undefined) {
    return ids.map((answer) => ({ question: undefined, others: [], answer, variants: [answer], at: 0 }))
  }
  return wordings.map((one) => ({ ...one, others: ids.filter((id) => id !== one.question) }))
}
