import type { AppRanking } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { createRankings, type Ranked, type Ranking } from '../oauth/rankings.ts'
import { FOR_PAGE } from './app/app-access.ts'
import { moment } from './app/values.ts'
import { API_PREFIXES } from './cors.ts'
import type { Edge } from './edge.ts'
import { access } from './route.ts'

const period = z.enum(['day', 'week', 'month']).default('month')
const pageQuery = z.object({ period })
const datasetQuery = z.object({
  period,
  sort: z.enum(['popular']).default('popular'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  offset: z.coerce.number().int().min(0).max(100).default(0),
  start_date: z.never({ error: 'expected period=day, week or month instead' }).optional(),
  end_date: z.never({ error: 'expected period=day, week or month instead' }).optional(),
})

/**
 * Which apps used most: for the page /rankings, and as OpenRouter's dataset. Anybody's to read only by the operator's word,
 * and else for people and their keys.
 * @see https://openrouter.ai/docs/client-sdks/typescript/models/operations/getapprankingsresponse (read 2026-11)
 */
export function rankingRoutes(app: FastifyInstance, edge: Edge): void {
  const rankings = createRankings(edge)
  const open = edge.oauth.settings.public_rankings

  app.get('/api/app/rankings', FOR_PAGE, async (request): Promise<AppRanking> => {
    if (!open && request.signedIn === undefined) throw new KeywayError('sign_in_required', 'You are not signed in.')
    const wanted = pageQuery.parse(request.query).period
    const workspaceId = request.signedIn?.user.workspaceId ?? edge.oauth.workspaceId
    return view(await rankings.read(workspaceId, wanted), open)
  })

  for (const prefix of API_PREFIXES) {
    app.get(`${prefix}/datasets/app-rankings`, access(open ? 'open' : 'key'), async (request) => {
      const query = datasetQuery.parse(request.query)
      const workspaceId = request.caller?.key.workspaceId ?? edge.oauth.workspaceId
      const { apps, asOf, from, to } = await rankings.read(workspaceId, query.period)
      return {
        data: apps.slice(query.offset, query.offset + query.limit).map(datasetItem),
        meta: { as_of: moment(asOf), start_date: day(from), end_date: day(to), version: 'v1' },
      }
    })
  }
}

function datasetItem({ rank, id, host, title, calls, tokens }: Ranked) {
  return { rank, app_id: id, app_name: title ?? host, total_requests: calls, total_tokens: tokens.toString() }
}

function view({ apps, asOf, from, to }: Ranking, open: boolean): AppRanking {
  return {
    from: moment(from),
    to: moment(to),
    as_of: moment(asOf),
    public: open,
    apps: apps.map(({ rank, host, title, calls, tokens }) => ({ rank, host, title, calls, tokens: tokens.toString() })),
  }
}

function day(ms: number): string {
  return moment(ms).slice(0, 10)
}
