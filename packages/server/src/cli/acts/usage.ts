import { z } from 'zod'
import { toUsdNumber } from '../../base/money.ts'
import type { GenerationRecord, UsageGroup } from '../../store/records.ts'
import { defineAct } from './act.ts'
import { isoTime, moment } from './amount.ts'

const GROUPS: ReadonlyMap<string, UsageGroup> = new Map([
  ['env', 'environment'],
  ['key', 'key'],
  ['model', 'model'],
  ['provider', 'provider'],
  ['app', 'app'],
  ['day', 'day'],
])

const group = z.string().transform((text, context): UsageGroup => {
  const known = GROUPS.get(text)
  if (known !== undefined) return known
  if (/^tag:.{1,100}$/.test(text)) return { tag: text.slice(4) }
  context.addIssue({ code: 'custom', message: 'expected env, key, model, provider, app, day or tag:NAME' })
  return z.NEVER
})

/** What was used, by group, dearest first. */
export const showUsage = defineAct({
  name: 'usage.show',
  args: z.strictObject({ by: group, from: moment.optional(), to: moment.optional() }),
  result: z.object({
    by: z.string(),
    from: z.string(),
    to: z.string(),
    rows: z.array(
      z.object({
        group: z.string(),
        /** What people call it, where that is something else than the group: a key's name. */
        name: z.string().nullable(),
        calls: z.number(),
        tokens_prompt: z.number(),
        tokens_completion: z.number(),
        cost: z.number(),
      }),
    ),
    total: z.number(),
  }),
  async run(house, { by, from = 0, to = house.clock.now() + 1 }) {
    const rows = await house.store.usage(house.workspace.id, { by, from, to })
    const nameOf = async (hash: string) => (by === 'key' ? ((await house.store.findKey(hash))?.name ?? null) : null)
    const names = new Map(await Promise.all(rows.map(async (row) => [row.group, await nameOf(row.group)] as const)))
    const sorted = [...rows].sort((a, b) => (a.amount === b.amount ? b.calls - a.calls : a.amount < b.amount ? 1 : -1))
    return {
      by: typeof by === 'string' ? by : `tag:${by.tag}`,
      from: isoTime(from),
      to: isoTime(to),
      rows: sorted.map((row) => ({
        group: row.group,
        name: names.get(row.group) ?? null,
        calls: row.calls,
        tokens_prompt: row.tokensPrompt,
        tokens_completion: row.tokensCompletion,
        cost: toUsdNumber(row.amount),
      })),
      total: toUsdNumber(rows.reduce((sum, row) => sum + row.amount, 0n)),
    }
  },
})

/** Calls given out at once; whoever follows asks again with the last one's `settled_at`. */
const RECENT_MAX = 500

/** Calls settled after a moment (milliseconds since the epoch), oldest first. */
export const recentCalls = defineAct({
  name: 'usage.recent',
  args: z.strictObject({ after: z.number().optional() }),
  result: z.object({
    calls: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        model: z.string(),
        provider: z.string(),
        status: z.number(),
        tokens_prompt: z.number(),
        tokens_completion: z.number(),
        latency_ms: z.number(),
        first_event_ms: z.number().nullable(),
        cost: z.number(),
        error: z.string().nullable(),
      }),
    ),
    /** What to ask for next time. */
    after: z.number(),
  }),
  async run(house, { after = house.clock.now() }) {
    const records = await house.store.recentGenerations(house.workspace.id, after, RECENT_MAX)
    return {
      calls: records.map(viewOf),
      after: records.reduce((latest, record) => Math.max(latest, record.settledAt), after),
    }
  },
})

function viewOf({ callId, settledAt, amount, generation }: GenerationRecord) {
  return {
    id: callId,
    at: isoTime(settledAt),
    model: generation.model,
    provider: generation.provider,
    status: generation.status,
    tokens_prompt: generation.tokensPrompt,
    tokens_completion: generation.tokensCompletion,
    latency_ms: generation.latencyMs,
    first_event_ms: generation.firstEventMs,
    cost: toUsdNumber(amount),
    error: generation.error,
  }
}
