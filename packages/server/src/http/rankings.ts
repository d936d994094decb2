import type { AppRanking } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { datesWindow, periodWindow } from '../oauth/ranking-window.ts'
import { createRankings, type Ranked, type Ranking } from '../oauth/rankings.ts'
import { FOR_PAGE } from './app/app-access.ts'
import { moment } from './app/values.ts'
import { API_PREFIXES } from './cors.ts'
import type { Edge } from './edge.ts'
import { access } from './route.ts'

const period = z.enum(['day', 'week', 'month'])
const pageQuery = z.object({ period: period.default('month') })

/** OpenRouter's groups of apps and what is in each. */
const CATEGORIES = {
  coding: ['cli-agent', 'ide-extension', 'cloud-agent', 'programming-app', 'native-app-builder'],
  creative: ['creative-writing', 'video-gen', 'image-gen', 'audio-gen'],
  productivity: ['writing-assistant', 'general-chat', 'personal-agent', 'legal'],
  entertainment: ['roleplay', 'game'],
} as const
const datasetQuery = z.object({
  period: period.optional(),
  sort: z.enum(['popular', 'trending']).default('popular'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  offset: z.coerce.number().int().min(0).max(100).default(0),
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  category: z.enum(['coding', 'creative', 'productivity', 'entertainment']).optional(),
  subcategory: z.enum(Object.values(CATEGORIES).flat()).optional(),
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
    return view(await rankings.read(workspaceId, periodWindow(wanted, edge.clock.now())), open)
  })

  for (const prefix of API_PREFIXES) {
    app.get(`${prefix}/datasets/app-rankings`, access(open ? 'open' : 'key'), async (request) => {
      const query = datasetQuery.parse(request.query)
      const workspaceId = request.caller?.key.workspaceId ?? edge.oauth.workspaceId
      const window = windowOf(query, edge.clock.now())
      const { apps, asOf } = await rankings.read(workspaceId, window, query.sort)
      // No app is in a category here: nothing of what apps say of themselves is kept but their name.
      const found = query.category === undefined && query.subcategory === undefined ? apps : []
      return {
        data: found.slice(query.offset, query.offset + query.limit).map(datasetItem),
        meta: { as_of: moment(asOf), start_date: day(window.from), end_date: day(window.to - 1), version: 'v1' },
      }
    })
  }
}

function windowOf({ period, start_date, end_date, category, subcategory }: z.output<typeof datasetQuery>, now: number) {
  const dated = start_date !== undefined || end_date !== undefined
  if (period !== undefined && dated) throw invalid('period', 'it without start_date and end_date, or these without it')
  const inside: readonly string[] | undefined = category && CATEGORIES[category]
  if (subcategory !== undefined && inside?.includes(subcategory) === false) {
    throw invalid('subcategory', `one of ${category}`)
  }
  return period === undefined ? datesWindow({ start: start_date, end: end_date }, now) : periodWindow(period, now)
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}

function datasetItem({ rank, id, host, title, calls, tokens }: Ranked) {
  return { rank, app_id: id, app_name: title ?? host, total_requests: calls, total_tokens: tokens.toString() }
}

function view({ apps, asOf, window }: Ranking, open: boolean): AppRanking {
  return {
    from: moment(window.from),
    // A window ends with today, which is not over.
    to: moment(Math.min(window.to, asOf)),
    as_of: moment(asOf),
    public: open,
    apps: apps.map(({ rank, host, title, calls, tokens }) => ({ rank, host, title, calls, tokens: tokens.toString() })),
  }
}

function day(ms: number): string {
  return moment(ms).slice(0, 10)
}
