import { sql } from 'kysely'
import type { AppCallRow, AppUse, RankedApp } from '../oauth-records.ts'
import type { ActContext } from './context.ts'

/** The calls of an app's key, latest first; those before one of them, where it is named. */
export async function listAppCalls(
  { db }: ActContext,
  keyHash: string,
  { limit, before }: { limit: number; before?: string },
): Promise<AppCallRow[]> {
  const named = db
    .selectFrom('generation')
    .select('seq')
    .where('id', '=', before ?? '')
    .where('key_hash', '=', keyHash)
  const rows = await db
    .selectFrom('generation')
    .innerJoin('charge', 'charge.generation_seq', 'generation.seq')
    .select(['id', 'at', 'model', 'provider', 'tokens_prompt', 'tokens_completion', 'amount', 'status', 'cancelled'])
    .where('key_hash', '=', keyHash)
    .where('app_id', 'is not', null)
    .$if(before !== undefined, (query) => query.where('generation.seq', '<', named))
    .orderBy('generation.seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ tokens_prompt, tokens_completion, ...row }) => ({
    ...row,
    at: Number(row.at),
    tokensPrompt: Number(tokens_prompt),
    tokensCompletion: Number(tokens_completion),
    status: Number(row.status),
    cancelled: row.cancelled === 1n,
  }))
}

/** What an app's key was used for, by its latest calls. */
export async function appUse({ db }: ActContext, keyHash: string, latest: number): Promise<AppUse> {
  const calls = db
    .selectFrom('generation')
    .select(['model', 'at'])
    .where('key_hash', '=', keyHash)
    .where('app_id', 'is not', null)
    .orderBy('seq', 'desc')
    .limit(latest)
  const rows = await db
    .selectFrom(calls.as('call'))
    .select('model')
    .select(sql<bigint>`count(*)`.as('calls'))
    .select(sql<bigint>`max(at)`.as('last'))
    .groupBy('model')
    .orderBy('calls', 'desc')
    .orderBy('model')
    .execute()
  const moments = rows.map(({ last }) => Number(last))
  return {
    lastUsedAt: moments.length === 0 ? null : Math.max(...moments),
    models: rows.map(({ model, calls }) => ({ model, calls: Number(calls) })),
  }
}

/** What the calls that name an app came to, by the app; the most tokens first. */
export async function rankApps(
  { db }: ActContext,
  workspaceId: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<RankedApp[]> {
  const rows = await db
    .selectFrom('generation')
    .innerJoin('app', 'app.id', 'generation.app_id')
    .select(['app.id', 'app.referer', 'app.title'])
    .select(sql<bigint>`count(*)`.as('calls'))
    .select(sql<bigint>`cast(sum(tokens_prompt + tokens_completion) as bigint)`.as('tokens'))
    .where('generation.workspace_id', '=', workspaceId)
    .where('generation.at', '>=', BigInt(from))
    .where('generation.at', '<', BigInt(to))
    .groupBy(['app.id', 'app.referer', 'app.title'])
    .orderBy('tokens', 'desc')
    .orderBy('app.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, id: Number(row.id), calls: Number(row.calls) }))
}
