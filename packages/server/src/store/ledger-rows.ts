import type { Insertable, Selectable } from 'kysely'
import { oneOf, REACHES } from './acts/context.ts'
import type {
  AttemptRecord,
  ChargeLine,
  GenerationDraft,
  GenerationRecord,
  HoldRequest,
  Settlement,
} from './records.ts'
import type { Schema } from './schema.ts'

// A call's rows as flat lists of values. They are made on the main thread, cross to the writer as they are, and are
// bound to prepared statements by position: the hot path builds no objects for them.

/** What a statement's parameter may be. */
export type SqlValue = string | number | bigint | null | Uint8Array

export const HOLD_COLUMNS = [
  'call_id',
  'key_hash',
  'cap_id',
  'user_id',
  'workspace_id',
  'at',
  'input',
  'output',
  'streamed',
  'instance',
  'draft',
] as const satisfies readonly (keyof Insertable<Schema['hold']>)[]

export const GENERATION_COLUMNS = [
  'id',
  'workspace_id',
  'user_id',
  'key_hash',
  'at',
  'settled_at',
  'model',
  'provider',
  'app_id',
  'upstream_id',
  'finish_reason',
  'native_finish_reason',
  'streamed',
  'cancelled',
  'status',
  'latency_ms',
  'first_event_ms',
  'generation_ms',
  'tokens_prompt',
  'tokens_completion',
  'tokens_reasoning',
  'tokens_cached',
  'images_completion',
  'error',
  'tags',
  'client',
] as const satisfies readonly (keyof Insertable<Schema['generation']>)[]

export const CHARGE_COLUMNS = [
  'generation_seq',
  'amount',
  'overage',
  'basis',
  'check_amount',
  'price_version',
  'reach',
  'lines',
] as const satisfies readonly (keyof Insertable<Schema['charge']>)[]

export const ATTEMPT_COLUMNS = [
  'generation_seq',
  'number',
  'endpoint',
  'provider',
  'credential_id',
  'reach',
  'status',
  'outcome',
  'error',
  'latency_ms',
] as const satisfies readonly (keyof Insertable<Schema['attempt']>)[]

/** Adds the values of {@link HOLD_COLUMNS}. */
export function pushHold(into: SqlValue[], hold: HoldRequest, place: { capId: string; instance: number }): void {
  into.push(hold.callId, hold.keyHash, place.capId, hold.userId, hold.workspaceId, hold.at, hold.input, hold.output, 0)
  into.push(place.instance, JSON.stringify(hold.draft))
}

function encodeTags(tags: Record<string, string>): string | null {
  for (const _ in tags) return JSON.stringify(tags)
  return null
}

function encodeClient(draft: GenerationDraft): string {
  const { api, origin, referer, userAgent, requestId, sessionId, externalUser, metadata } = draft
  return JSON.stringify({ api, origin, referer, userAgent, requestId, sessionId, externalUser, metadata })
}

/** Adds the values of {@link GENERATION_COLUMNS}. */
export function pushGeneration(into: SqlValue[], settlement: Settlement, settledAt: number): void {
  const g = settlement.generation
  into.push(settlement.callId, settlement.workspaceId, settlement.userId, settlement.keyHash, settlement.at, settledAt)
  into.push(g.model, g.provider, g.appId, g.upstreamId, g.finishReason, g.nativeFinishReason)
  into.push(g.streamed ? 1 : 0, g.cancelled ? 1 : 0, g.status, g.latencyMs, g.firstEventMs, g.generationMs)
  into.push(g.tokensPrompt, g.tokensCompletion, g.tokensReasoning, g.tokensCached, g.imagesCompletion, g.error)
  into.push(encodeTags(g.tags), encodeClient(g))
}

function encodeLines(lines: readonly ChargeLine[]): string {
  return JSON.stringify(lines.map(({ item, quantity, price, amount }) => [item, quantity, price, amount.toString()]))
}

/** Adds the values of {@link CHARGE_COLUMNS}, without the first. */
export function pushCharge(into: SqlValue[], settlement: Settlement, overage: bigint): void {
  const { amount, basis, checkAmount, priceVersion, reach, lines } = settlement
  into.push(amount, overage, basis, checkAmount, priceVersion, reach, encodeLines(lines))
}

/** Adds the values of {@link ATTEMPT_COLUMNS}, without the first two. */
export function pushAttempt(into: SqlValue[], attempt: AttemptRecord): void {
  const { endpoint, provider, credentialId, reach, status, outcome, error, latencyMs } = attempt
  into.push(endpoint, provider, credentialId, reach, status, outcome, error, latencyMs)
}

type ChargeRow = Omit<Selectable<Schema['charge']>, 'generation_seq'>
const OUTCOMES = ['served', 'failed', 'cancelled', 'broken'] as const
const BASES = ['reported', 'estimated'] as const
const integer = (value: bigint | null) => (value === null ? null : Number(value))

function decodeLines(text: string): ChargeLine[] {
  const rows: [ChargeLine['item'], number, string, string][] = JSON.parse(text)
  return rows.map(([item, quantity, price, amount]) => ({ item, quantity, price, amount: BigInt(amount) }))
}

/** An attempt as it was pushed. */
export function decodeAttempt(row: Selectable<Schema['attempt']>): AttemptRecord {
  return {
    endpoint: row.endpoint,
    provider: row.provider,
    credentialId: row.credential_id,
    reach: oneOf(REACHES, row.reach),
    status: integer(row.status),
    outcome: oneOf(OUTCOMES, row.outcome),
    error: row.error,
    latencyMs: Number(row.latency_ms),
  }
}

/** The settlement as it was pushed; its explanation is read by an act of its own. */
export function decodeGeneration(
  row: Selectable<Schema['generation']> & ChargeRow,
  attempts: AttemptRecord[],
): GenerationRecord {
  const client: Omit<GenerationDraft, 'model' | 'provider' | 'streamed' | 'appId' | 'tags'> = JSON.parse(row.client)
  return {
    callId: row.id,
    keyHash: row.key_hash,
    userId: row.user_id,
    workspaceId: row.workspace_id,
    at: Number(row.at),
    settledAt: Number(row.settled_at),
    amount: row.amount,
    ...(row.overage > 0n ? { overage: row.overage } : {}),
    lines: decodeLines(row.lines),
    basis: oneOf(BASES, row.basis),
    checkAmount: row.check_amount,
    priceVersion: row.price_version,
    reach: oneOf(REACHES, row.reach),
    generation: {
      ...client,
      model: row.model,
      provider: row.provider,
      streamed: row.streamed === 1n,
      appId: integer(row.app_id),
      tags: row.tags === null ? {} : JSON.parse(row.tags),
      upstreamId: row.upstream_id,
      finishReason: row.finish_reason,
      nativeFinishReason: row.native_finish_reason,
      cancelled: row.cancelled === 1n,
      status: Number(row.status),
      latencyMs: Number(row.latency_ms),
      firstEventMs: integer(row.first_event_ms),
      generationMs: Number(row.generation_ms),
      tokensPrompt: Number(row.tokens_prompt),
      tokensCompletion: Number(row.tokens_completion),
      tokensReasoning: Number(row.tokens_reasoning),
      tokensCached: Number(row.tokens_cached),
      imagesCompletion: Number(row.images_completion),
      error: row.error,
    },
    attempts,
    explanation: null,
  }
}
