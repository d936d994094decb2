import type { AppCall, AppCalls, ConnectedApp, Done, Listed } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { parseUsd } from '../../base/money.ts'
import { remainingOf } from '../../keys/key-view.ts'
import { checkModelsList } from '../../keys/models-list.ts'
import { identify } from '../../oauth/app-identity.ts'
import {
  type Connected,
  type ConnectedChange,
  changeConnected,
  findConnected,
  listConnected,
  revokeConnected,
} from '../../oauth/connected-app.ts'
import { parseLimit } from '../../oauth/terms.ts'
import type { AppCallRow } from '../../store/oauth-records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { askingApp } from './auth.ts'
import { readBody } from './read-body.ts'
import { moment, momentOrNull, usd } from './values.ts'

/** Calls of an app that are listed at once. */
const CALLS_LISTED = 100
/** Calls by which its models are counted. */
const CALLS_COUNTED = 500

const changeBody = z.object({
  limit_usd: z.string().max(40).optional(),
  reset: z.enum(['daily', 'weekly', 'monthly']).nullable().optional(),
  models: z.array(z.string().max(256)).min(1).max(200).nullable().optional(),
  days: z.int().min(1).max(3_650).optional(),
  paused: z.boolean().optional(),
})

type ByHash = { Params: { hash: string } }

/** The apps that hold a key of the person's: nobody else sees or changes them here, whatever their role. */
export function connectedAppRoutes(app: FastifyInstance, edge: Edge): void {
  const { oauth, store } = edge

  app.get('/api/app/apps', FOR_PEOPLE, async (request): Promise<Listed<ConnectedApp>> => {
    const found = await listConnected(oauth, personOf(request).user.id)
    return { data: await Promise.all(found.map(item)) }
  })

  app.patch<ByHash>('/api/app/apps/:hash', FOR_PEOPLE, async (request): Promise<ConnectedApp> => {
    const change = changeOf(readBody(request, changeBody))
    const person = personOf(request)
    const found = await findConnected(oauth, request.params.hash, person.user.id)
    const key = await changeConnected(oauth, found, { change, person, client: clientOf(request) })
    return item({ ...found, key })
  })

  app.delete<ByHash>('/api/app/apps/:hash', FOR_PEOPLE, async (request): Promise<Done> => {
    const person = personOf(request)
    const found = await findConnected(oauth, request.params.hash, person.user.id)
    await revokeConnected(oauth, found, { person, client: clientOf(request) })
    return { done: true }
  })

  app.get<ByHash & { Querystring: { before?: string | string[] } }>(
    '/api/app/apps/:hash/calls',
    FOR_PEOPLE,
    async (request): Promise<AppCalls> => {
      const { key } = await findConnected(oauth, request.params.hash, personOf(request).user.id)
      const { before } = request.query
      const page = { limit: CALLS_LISTED + 1, ...(typeof before === 'string' ? { before } : {}) }
      const rows = await store.listAppCalls(key.hash, page)
      const data = rows.slice(0, CALLS_LISTED).map(callItem)
      return { data, next: rows.length > CALLS_LISTED ? (data.at(-1)?.id ?? null) : null }
    },
  )

  async function item({ grant, key }: Connected): Promise<ConnectedApp> {
    const now = edge.clock.now()
    const { settings } = oauth
    const [spend, use] = await Promise.all([store.spendOf('key', key.hash, now), store.appUse(key.hash, CALLS_COUNTED)])
    const { callbackUrl, clientName } = grant
    const origin = callbackUrl === null ? null : new URL(callbackUrl).origin
    // Every app's key has a cap; one that somebody took away with a management key has what an app may be given at most.
    const limit = key.limit ?? parseUsd(settings.limit_usd_max)
    return {
      hash: key.hash,
      app: askingApp(identify({ callbackUrl, origin, clientName }, settings)),
      key_name: key.name,
      label: key.label,
      state: key.expiresAt !== null && key.expiresAt <= now ? 'expired' : key.disabled ? 'paused' : 'active',
      weak: grant.weak,
      bound: key.boundTo !== null,
      identity_shared: grant.identity === 'shared',
      limit_usd: usd(limit),
      limit_remaining_usd: usd(remainingOf({ limit, reset: key.reset }, spend) ?? 0n),
      reset: key.reset,
      limit_usd_max: settings.limit_usd_max,
      models: key.policy.models,
      connected_at: moment(grant.createdAt),
      expires_at: momentOrNull(key.expiresAt),
      last_used_at: momentOrNull(use.lastUsedAt),
      usage: { total_usd: usd(spend.total), today_usd: usd(spend.day), month_usd: usd(spend.month) },
      models_used: use.models,
    }
  }
}

function changeOf({ limit_usd, paused, models, reset, days }: z.output<typeof changeBody>): ConnectedChange {
  return {
    ...(limit_usd === undefined ? {} : { limit: parseLimit(limit_usd, 'limit_usd') }),
    ...(reset === undefined ? {} : { reset }),
    ...(models === undefined ? {} : { models: models === null ? null : checkModelsList(models) }),
    ...(days === undefined ? {} : { days }),
    ...(paused === undefined ? {} : { state: paused ? 'paused' : 'active' }),
  }
}

function callItem(call: AppCallRow): AppCall {
  return {
    id: call.id,
    at: moment(call.at),
    model: call.model,
    provider: call.provider,
    tokens_prompt: call.tokensPrompt,
    tokens_completion: call.tokensCompletion,
    cost_usd: usd(call.amount),
    state: call.cancelled ? 'cancelled' : call.status < 400 ? 'done' : 'failed',
  }
}
