import { sql } from 'kysely'
import type { ChainHead } from '../audit-chain.ts'
import type { ActContext } from './context.ts'

/** Any fixed number: the name of the lock under which PostgreSQL's writers extend the chain one after another. */
const AUDIT_LOCK = 0x6b77_6175

/** Waits until no other process extends the chain, for the rest of the transaction. */
export async function lockAudit({ db, dialect }: ActContext): Promise<void> {
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${AUDIT_LOCK})`.execute(db)
}

/** The chain's last row. */
export async function readHead({ db }: ActContext): Promise<ChainHead | undefined> {
  const last = await db.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return last && { seq: Number(last.seq), hash: last.hash }
}
