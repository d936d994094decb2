import { type Kysely, sql } from 'kysely'
import { decodeAttempt, decodeGeneration } from '../ledger-rows.ts'
import type { AttemptRecord, GenerationRecord, UsageGroup, UsageRow } from '../records.ts'
import type { Schema } from '../schema.ts'
import type { ActContext } from './context.ts'

/** How many explanations one statement deletes, so that no deletion keeps the writer for long. */
const PRUNE_STEP = 500

function generations(db: Kysely<Schema>) {
  return db
    .selectFrom('generation')
    .innerJoin('charge', 'charge.generation_seq', 'generation.seq')
    .selectAll('generation')
    .select(['amount', 'overage', 'basis', 'check_amount', 'price_version', 'reach', 'lines'])
}

async function attemptsOf(db: Kysely<Schema>, seqs: readonly bigint[]): Promise<Map<bigint, AttemptRecord[]>> {
  const attempts = new Map<bigint, AttemptRecord[]>(seqs.map((seq) => [seq, []]))
  if (seqs.length === 0) return attempts
  const rows = await db
    .selectFrom('attempt')
    .selectAll()
    .where('generation_seq', 'in', seqs)
    .orderBy('generation_seq')
    .orderBy('number')
    .execute()
  for (const row of rows) attempts.get(row.generation_seq)?.push(decodeAttempt(row))
  return attempts
}

export async function findGeneration(
  { db }: ActContext,
  id: string,
  workspaceId: string,
): Promise<GenerationRecord | undefined> {
  const row = await generations(db)
    .where('generation.id', '=', id)
    .where('generation.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (!row) return undefined
  return decodeGeneration(row, (await attemptsOf(db, [row.seq])).get(row.seq) ?? [])
}

/** Whether a call of that id was settled. */
export async function isSettled({ db }: ActContext, callId: string): Promise<boolean> {
  const row = await db.selectFrom('generation').select('seq').where('id', '=', callId).executeTakeFirst()
  return row !== undefined
}

export async function findExplanation(
  { db }: ActContext,
  id: string,
  workspaceId: string,
): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('generation')
    .innerJoin('explanation', 'explanation.generation_seq', 'generation.seq')
    .select('body')
    .where('generation.id', '=', id)
    .where('generation.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row && new Uint8Array(row.body)
}

export async function recentGenerations(
  { db }: ActContext,
  workspaceId: string,
  after: number,
  limit: number,
): Promise<GenerationRecord[]> {
  const rows = await generations(db)
    .where('generation.workspace_id', '=', workspaceId)
    .where('generation.settled_at', '>', BigInt(after))
    .orderBy('generation.settled_at')
    .orderBy('generation.seq')
    .limit(limit)
    .execute()
  const attempts = await attemptsOf(
    db,
    rows.map((row) => row.seq),
  )
  return rows.map((row) => decodeGeneration(row, attempts.get(row.seq) ?? []))
}

/** What calls are grouped by, as an expression over generation, api_key and app. Calls without it form the group ''. */
function groupExpression(by: UsageGroup, dialect: ActContext['dialect']) {
  if (by === 'environment') return sql<string>`api_key.environment`
  if (by === 'key') return sql<string>`generation.key_hash`
  if (by === 'model') return sql<string>`generation.model`
  if (by === 'provider') return sql<string>`generation.provider`
  if (by === 'app') return sql<string>`coalesce(app.title, app.referer, '')`
  if (dialect === 'sqlite') {
    if (by === 'day') return sql<string>`strftime('%Y-%m-%d', generation.at / 1000, 'unixepoch')`
    return sql<string>`coalesce((select value from json_each(generation.tags) where key = ${by.tag}), '')`
  }
  if (by === 'day') return sql<string>`to_char(to_timestamp(generation.at / 1000) at time zone 'UTC', 'YYYY-MM-DD')`
  return sql<string>`coalesce(generation.tags::json ->> ${by.tag}, '')`
}

/** Calls whose hold fell in `from <= at < to`, by group in the order of its name. Days are written 2026-01-31. */
export async function usage(
  { db, dialect }: ActContext,
  workspaceId: string,
  query: { by: UsageGroup; from: number; to: number; userId?: string },
): Promise<UsageRow[]> {
  const grouped = db
    .selectFrom('generation')
    .innerJoin('charge', 'charge.generation_seq', 'generation.seq')
    .leftJoin('api_key', 'api_key.hash', 'generation.key_hash')
    .leftJoin('app', 'app.id', 'generation.app_id')
    .select(groupExpression(query.by, dialect).as('label'))
    .select(['generation.tokens_prompt', 'generation.tokens_completion', 'charge.amount'])
    .where('generation.workspace_id', '=', workspaceId)
    .where('generation.at', '>=', BigInt(query.from))
    .where('generation.at', '<', BigInt(query.to))
    .$if(query.userId !== undefined, (of) => of.where('generation.user_id', '=', query.userId ?? ''))
  const rows = await db
    .selectFrom(grouped.as('call'))
    .select('label')
    .select(sql<bigint>`count(*)`.as('calls'))
    .select(sql<bigint>`cast(sum(tokens_prompt) as bigint)`.as('tokens_prompt'))
    .select(sql<bigint>`cast(sum(tokens_completion) as bigint)`.as('tokens_completion'))
    .select(sql<bigint>`cast(sum(amount) as bigint)`.as('amount'))
    .groupBy('label')
    .orderBy('label')
    .execute()
  return rows.map((row) => ({
    group: row.label ?? '',
    calls: Number(row.calls),
    tokensPrompt: Number(row.tokens_prompt),
    tokensCompletion: Number(row.tokens_completion),
    amount: row.amount,
  }))
}

/** One step: at most {@link PRUNE_STEP}. Repeat until it gives 0. */
export async function pruneExplanations({ db }: ActContext, before: number): Promise<number> {
  const old = db
    .selectFrom('explanation')
    .select('generation_seq')
    .where('at', '<', BigInt(before))
    .orderBy('at')
    .limit(PRUNE_STEP)
  const result = await db.deleteFrom('explanation').where('generation_seq', 'in', old).executeTakeFirst()
  return Number(result.numDeletedRows)
}
