import { z } from 'zod'
import { CHAIN_START, type ChainHead } from '../../store/audit-chain.ts'
import type { FoundSeal } from '../../store/audit-seal.ts'
import type { Store } from '../../store/store.ts'
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

/** How the end of the chain compares with its seal. */
const SEALS = ['fits', 'cut', 'added', 'rewritten', 'forged', 'missing'] as const

/** Follows the whole chain to its seal, and tells whether a head that was noted earlier is still in it. */
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
    /** What became of the end that was sealed with the root key. */
    seal: z.enum(SEALS),
    /** The row after which every one was sealed as it was written; null where the seal says nothing. */
    sealed_since: z.number().nullable(),
    /** The first row that was written after a log that was not as it had been sealed. */
    unsealed_at: z.number().nullable(),
    /** What became of the head that was given: null without one. */
    noted: z.enum(['kept', 'lost']).nullable(),
  }),
  async run({ store }, { head: noted }) {
    let walked = await walk(store, CHAIN_START, noted)
    let found = await store.findAuditSeal()
    // Rows that were written while we walked are behind the seal that they moved.
    if (walked.brokenAt === null && found.state === 'fits' && found.seal.seq > walked.head.seq) {
      const more = await walk(store, walked.head, noted)
      walked = { ...more, kept: walked.kept || more.kept }
      found = await store.findAuditSeal()
    }
    return {
      rows: walked.head.seq,
      head: textOf(walked.head),
      broken_at: walked.brokenAt,
      seal: compare(walked.head, found),
      sealed_since: found.state === 'fits' ? found.seal.since : null,
      unsealed_at: found.state === 'fits' ? found.seal.brokenAt : null,
      noted: whatBecame(noted, walked),
    }
  },
})

function whatBecame(noted: ChainHead | undefined, { kept }: Walk): 'kept' | 'lost' | null {
  if (noted === undefined) return null
  return kept ? 'kept' : 'lost'
}

type Walk = { head: ChainHead; brokenAt: number | null; kept: boolean }

/** Along the chain to its end or its first broken row, in steps that meet the place that was noted. */
async function walk(store: Store, from: ChainHead, noted: ChainHead | undefined): Promise<Walk> {
  let head = from
  let kept = false
  for (;;) {
    if (head.seq === noted?.seq && head.hash === noted.hash) kept = true
    const left = noted === undefined || noted.seq <= head.seq ? STEP_ROWS : noted.seq - head.seq
    const step = await store.followAudit(head, Math.min(STEP_ROWS, left))
    const moved = step.head.seq > head.seq
    head = step.head
    if (step.brokenAt !== null || !moved) return { head, brokenAt: step.brokenAt, kept }
  }
}

function compare(head: ChainHead, found: FoundSeal): (typeof SEALS)[number] {
  if (found.state !== 'fits') return found.state === 'none' ? 'missing' : 'forged'
  const { seq, hash } = found.seal
  if (head.seq !== seq) return head.seq < seq ? 'cut' : 'added'
  return head.hash === hash ? 'fits' : 'rewritten'
}

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
