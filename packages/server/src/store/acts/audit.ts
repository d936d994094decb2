import { auditHash, CHAIN_START, type ChainedRow, type ChainHead, followChain } from '../audit-chain.ts'
import type { Actor, AuditRow } from '../records.ts'
import { lockAudit, readHead } from './audit-head.ts'
import { moveSeal } from './audit-seal.ts'
import type { ActContext } from './context.ts'

type Entry = { at: number; actor: Actor; action: string; object: string; details: Record<string, unknown> }

/** Adds a row to the chain, inside the act's transaction. Amounts in the details become decimal strings. */
export async function writeAudit(context: ActContext, entry: Entry): Promise<void> {
  await lockAudit(context)
  const last = (await readHead(context)) ?? CHAIN_START
  const { id, ip, workspaceId } = entry.actor
  const details = ip === undefined ? entry.details : { ...entry.details, ip }
  const row: ChainedRow = {
    seq: last.seq + 1,
    at: entry.at,
    actor: id,
    workspace: workspaceId,
    action: entry.action,
    object: entry.object,
    outcome: 'done',
    details: JSON.stringify(details, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    prev: last.hash,
  }
  const { workspace, ...columns } = row
  const hash = auditHash(row)
  await context.db
    .insertInto('audit')
    .values({ ...columns, workspace_id: workspace, hash })
    .execute()
  await moveSeal(context, last, { seq: row.seq, hash })
}

/** An audit row of its own, for what is no act of the store. */
export async function appendAudit(
  context: ActContext,
  actor: Actor,
  entry: { action: string; object: string; details: Record<string, unknown>; at: number },
): Promise<void> {
  await writeAudit(context, { ...entry, actor })
}

/** Newest first. */
export async function listAudit({ db }: ActContext, workspaceId: string, limit: number): Promise<AuditRow[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ seq, at, actor, action, object, outcome, details }) => ({
    seq: Number(seq),
    at: Number(at),
    actor,
    action,
    object,
    outcome,
    details: JSON.parse(details),
  }))
}

/**
 * Follows the chain for one step from a place in it. The rows of every workspace are one chain.
 * @returns the place reached, which is the one given at the end of the chain; the first broken row, if one was met
 */
export async function followAudit(
  { db }: ActContext,
  from: ChainHead,
  most: number,
): Promise<{ head: ChainHead; brokenAt: number | null }> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    // From the start everything: a row with a number below the first is one that somebody put in.
    .$if(from.seq > 0, (query) => query.where('seq', '>', BigInt(from.seq)))
    .orderBy('seq')
    .limit(most)
    .execute()
  return followChain(
    from,
    rows.map(({ seq, at, workspace_id, ...row }) => ({
      ...row,
      seq: Number(seq),
      at: Number(at),
      workspace: workspace_id,
    })),
  )
}
