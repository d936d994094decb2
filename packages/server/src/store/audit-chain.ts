import { createHash } from 'node:crypto'

/** The `prev` of the first row. */
export const AUDIT_GENESIS = '0'.repeat(64)

/** A row as its hash covers it. `details` is the text that is stored, not what it says. */
export type ChainedRow = {
  seq: number
  at: number
  actor: string
  workspace: string
  action: string
  object: string
  outcome: string
  details: string
  /** The hash of the row before. */
  prev: string
}

/** A place in the chain: its last row so far. Seq 0 is before the first. */
export type ChainHead = { seq: number; hash: string }

/** Where the chain begins. */
export const CHAIN_START: ChainHead = { seq: 0, hash: AUDIT_GENESIS }

/** SHA-256 in hex over the row's fields as one JSON array, the row before included by its hash. */
export function auditHash(row: ChainedRow): string {
  const { seq, at, actor, workspace, action, object, outcome, details, prev } = row
  const canonical = JSON.stringify([prev, seq, at, actor, workspace, action, object, outcome, details])
  return createHash('sha256').update(canonical).digest('hex')
}

/**
 * Follows the chain from one place over the rows after it, in their order.
 * @returns the place reached, and the number that the first broken row has or should have; null when none is broken
 */
export function followChain(
  from: ChainHead,
  rows: readonly (ChainedRow & { hash: string })[],
): { head: ChainHead; brokenAt: number | null } {
  let head = from
  for (const row of rows) {
    const seq = head.seq + 1
    if (row.seq !== seq || row.prev !== head.hash || row.hash !== auditHash(row)) return { head, brokenAt: seq }
    head = { seq, hash: row.hash }
  }
  return { head, brokenAt: null }
}
