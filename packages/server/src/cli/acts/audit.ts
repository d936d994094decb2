import { z } from 'zod'
import { CHAIN_START, type ChainHead } from '../../store/audit-chain.ts'
import { defineAct } from './act.ts'
import { isoTime } from './amount.ts'

/** Rows that are checked in one go; calls are written in between. */
const STEP_ROWS = 2_000
/** Rows that are listed at once. */
const LISTED_MAX = 1_000

/** A place in the chain as people note it: "1204:3f9a...". */
const headText = z
  .string()
  .regex(/^\d{1,15}:[0-9a-f]{64}$/, { error: 'expected a head as this command prints it: NUMBER:HASH' })
  .transform((text): ChainHead => ({ seq: Number(text.split(':')[0]), hash: text.slice(-64) }))

const textOf = ({ seq, hash }: ChainHead) => `${seq}:${hash}`

/** Follows the whole chain, and tells whether a head that was noted earlier is still in it. */
export const verifyAudit = defineAct({
  name: 'audit.verify',
  args: z.strictObject({ head: headText.optional() }),
  result: z.object({
    /** Rows in the chain, up to the first broken one. */
    rows: z.number(),
    /** The last of them, to be noted elsewhere. */
    head: z.string(),
    /** The first row that is not as it was written, or is missing. */
    broken_at: z.number().nullable(),
    /** What became of the head that was given: null without one. */
    noted: z.enum(['kept', 'lost']).nullable(),
  }),
  async run({ store }, { head: noted }) {
    let head = CHAIN_START
    let found: 'kept' | 'lost' | null = noted === undefined ? null : 'lost'
    for (;;) {
      if (head.seq === noted?.seq && head.hash === noted.hash) found = 'kept'
      const left = noted === undefined || noted.seq <= head.seq ? STEP_ROWS : noted.seq - head.seq
      const step = await store.followAudit(head, Math.min(STEP_ROWS, left))
      const moved = step.head.seq > head.seq
      head = step.head
      if (step.brokenAt !== null || !moved) {
        return { rows: head.seq, head: textOf(head), broken_at: step.brokenAt, noted: found }
      }
    }
  },
})

/** What was done, newest first. */
export const listAudit = defineAct({
  name: 'audit.list',
  args: z.strictObject({ limit: z.int().min(1).max(LISTED_MAX).optional() }),
  result: z.array(
    z.object({
      seq: z.number(),
      at: z.string(),
      actor: z.string(),
      action: z.string(),
      object: z.string(),
      outcome: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  async run({ store, workspace }, { limit = 50 }) {
    const rows = await store.listAudit(workspace.id, limit)
    return rows.map(({ at, ...row }) => ({ ...row, at: isoTime(at) }))
  },
})
