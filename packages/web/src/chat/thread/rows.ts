import { branchTo, leafUnder, type Messages, type Step } from './tree.ts'

/** A row of the thread by ids. What the messages say is none of its business: it stays the same while they grow. */
export type Row = {
  /** The same for an answer that is awaited and for the one that comes. */
  key: string
  role: 'user' | 'assistant' | 'tool'
  /** The message from which the branch goes on. */
  on: string
  /** All of a comparison; of others the one. */
  ids: string[]
  variants: string[]
  at: number
  /** Where a message was sent in several wordings: each of `ids` with its answer. */
  wordings?: Wording[]
}

/** A wording of a message, and the answer to it that is shown, with its place among the others. */
export type Wording = { question: string; answer: string; variants: string[]; at: number }

const idOf = ({ id }: { id: string }) => id

/** The branch that ends at a message, from the top: as {@link branchTo}, with wordings side by side in one row. */
export function rowsOf(messages: Messages, leaf: string | null): Row[] {
  const steps = branchTo(messages, leaf)
  const rows: Row[] = []
  for (let place = 0; place < steps.length; place++) {
    const step = steps[place]
    if (step === undefined) break
    const { on, variants, at } = step
    const wordings = wordingsOf(messages, step, steps[place + 1])
    rows.push({
      key: `${on.parent_id} ${at} ${on.role}`,
      role: on.role,
      on: on.id,
      ids: step.messages.map(idOf),
      variants: variants.map(idOf),
      at,
      ...(wordings === undefined ? {} : { wordings }),
    })
    // Their answers stand in the same row.
    if (wordings !== undefined) place++
  }
  return rows
}

/** @returns undefined where the step is something else, or where a wording has no answer that could stand below it */
function wordingsOf(messages: Messages, step: Step, next: Step | undefined): Wording[] | undefined {
  if (step.on.role !== 'user' || step.messages.length < 2) return undefined
  const wordings: Wording[] = []
  for (const question of step.messages) {
    const answered = question === step.on ? next : stepUnder(messages, question.id)
    if (answered === undefined) return undefined
    const { on, variants, at } = answered
    wordings.push({ question: question.id, answer: on.id, variants: variants.map(idOf), at })
  }
  return wordings
}

function stepUnder(messages: Messages, id: string): Step | undefined {
  return branchTo(messages, leafUnder(messages, id)).find(({ on }) => on.parent_id === id)
}
