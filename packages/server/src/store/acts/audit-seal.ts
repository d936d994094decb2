import { CHAIN_START, type ChainHead } from '../audit-chain.ts'
import { type AuditKeys, type FoundSeal, type StoredSeal, sealEnd, sealFits } from '../audit-seal.ts'
import { lockAudit, readHead } from './audit-head.ts'
import { type ActContext, numberOrNull } from './context.ts'

/** There is one seal for the one chain. */
const ONLY = 1

/**
 * Takes the keys with which the log's end is sealed from now on, and seals it where it is not yet.
 * @param missing what it means that there is no seal: that there never was one, or that somebody took it away
 */
export async function useAuditKeys(
  context: ActContext,
  keys: AuditKeys,
  missing: 'never-sealed' | 'lost',
): Promise<void> {
  context.audit.keys = keys
  await lockAudit(context)
  const [stored, head] = [await readSeal(context), (await readHead(context)) ?? CHAIN_START]
  if (stored === undefined) {
    await putSeal(context, sealEnd({ ...head, since: head.seq, brokenAt: missing === 'lost' ? head.seq : null }, keys))
  } else if (stored.keyVersion !== keys.primary && sealFits(stored, keys)) {
    await putSeal(context, sealEnd(stored, keys))
  }
}

/** Moves the seal on to a new row. A log that is not as it was sealed is never made good by what comes after. */
export async function moveSeal(context: ActContext, before: ChainHead, row: ChainHead): Promise<void> {
  const { keys } = context.audit
  if (keys === undefined) return
  const stored = await readSeal(context)
  const fits = stored !== undefined && sealFits(stored, keys)
  const whole = fits && stored.seq === before.seq && stored.hash === before.hash
  const since = fits ? stored.since : before.seq
  const brokenAt = (fits ? stored.brokenAt : null) ?? (whole ? null : row.seq)
  await putSeal(context, sealEnd({ ...row, since, brokenAt }, keys))
}

/** @throws Error before the process has its keys, which is a defect */
export async function findAuditSeal(context: ActContext): Promise<FoundSeal> {
  const { keys } = context.audit
  if (keys === undefined) throw new Error('the audit log is read before the root key')
  const stored = await readSeal(context)
  if (stored === undefined) return { state: 'none' }
  if (!sealFits(stored, keys)) return { state: 'forged' }
  const { seq, hash, since, brokenAt } = stored
  return { state: 'fits', seal: { seq, hash, since, brokenAt } }
}

async function readSeal({ db }: ActContext): Promise<StoredSeal | undefined> {
  const row = await db.selectFrom('audit_seal').selectAll().executeTakeFirst()
  return (
    row && {
      seq: Number(row.seq),
      hash: row.hash,
      since: Number(row.since),
      brokenAt: numberOrNull(row.broken_at),
      keyVersion: Number(row.key_version),
      mac: row.mac,
    }
  )
}

async function putSeal({ db }: ActContext, { seq, hash, since, brokenAt, keyVersion, mac }: StoredSeal): Promise<void> {
  const columns = { seq, hash, since, broken_at: brokenAt, key_version: keyVersion, mac }
  await db
    .insertInto('audit_seal')
    .values({ id: ONLY, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute()
}
