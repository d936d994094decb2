import type { UsageFigures, UsageGroup as UsageItem, UsageSummary } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { UsageGroup, UsageRow } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE, personOf } from './app-access.ts'
import { scopeOf } from './scope.ts'
import { moment, usd } from './values.ts'

const DAY_MS = 24 * 60 * 60_000

const query = z.object({
  days: z.coerce.number().int().min(1).max(366).prefault(30),
  scope: z.string().max(20).optional(),
})

/** What was used and what it cost, by day, model, provider and key. */
export function usageRoutes(app: FastifyInstance, edge: Edge): void {
  app.get('/api/app/usage', FOR_PEOPLE, async (request): Promise<UsageSummary> => {
    const { user } = personOf(request)
    const { days, scope } = query.parse(request.query)
    const everyone = scopeOf(scope, user) === 'workspace'
    const to = edge.clock.now() + 1
    // Whole days, today included.
    const from = (Math.floor(to / DAY_MS) - (days - 1)) * DAY_MS
    const of = { from, to, ...(everyone ? {} : { userId: user.id }) }
    const by = (group: UsageGroup) => edge.store.usage(user.workspaceId, { by: group, ...of })
    const [dayRows, modelRows, providerRows, keyRows] = await Promise.all([
      by('day'),
      by('model'),
      by('provider'),
      by('key'),
    ])
    const named = await Promise.all(
      keyRows.map(async (row) => ({ ...row, group: (await edge.store.findKey(row.group))?.name ?? '' })),
    )
    return {
      from: moment(from),
      to: moment(to),
      total: figures(total(dayRows)),
      by_day: dayRows.map(item),
      by_model: dearest(modelRows),
      by_provider: dearest(providerRows),
      by_key: dearest(named),
    }
  })
}

function dearest(rows: readonly UsageRow[]): UsageItem[] {
  return [...rows].sort((a, b) => (a.amount === b.amount ? b.calls - a.calls : a.amount < b.amount ? 1 : -1)).map(item)
}

function item(row: UsageRow): UsageItem {
  return { group: row.group, ...figures(row) }
}

function figures(row: Omit<UsageRow, 'group'>): UsageFigures {
  const { calls, tokensPrompt, tokensCompletion, amount } = row
  return { calls, tokens_prompt: tokensPrompt, tokens_completion: tokensCompletion, cost_usd: usd(amount) }
}

function total(rows: readonly UsageRow[]): Omit<UsageRow, 'group'> {
  const sum = { calls: 0, tokensPrompt: 0, tokensCompletion: 0, amount: 0n }
  for (const row of rows) {
    sum.calls += row.calls
    sum.tokensPrompt += row.tokensPrompt
    sum.tokensCompletion += row.tokensCompletion
    sum.amount += row.amount
  }
  return sum
}
