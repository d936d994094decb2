import type { House } from '@keyway/contract'
import { allowanceOf, endOfDay } from '../../accounts/daily-limit.ts'
import type { Edge } from '../edge.ts'
import { moment } from './values.ts'

/**
 * What the operator provides, as the app is told of it: null unless a model is named that a credential of the house's can
 * call now.
 * @param userId whose day is counted; undefined while nobody is signed in
 */
export async function houseOf(edge: Edge, userId: string | undefined): Promise<House | null> {
  const { dailyMessages: limit } = edge.app.house
  const models = limit === 0 ? [] : await servedModels(edge)
  const [model] = models
  if (model === undefined) return null
  const { store, clock } = edge
  const allowance = userId === undefined ? undefined : await allowanceOf({ store, clock, limit }, userId)
  return {
    model,
    models,
    daily_messages: limit,
    remaining_today: allowance?.remaining ?? null,
    resets_at: moment(allowance?.resetsAt ?? endOfDay(clock.now())),
  }
}

/** The house's models that somebody serves: for a credential of the house's, or for nothing. */
async function servedModels(edge: Edge): Promise<string[]> {
  const { house, signIn, vault } = edge.app
  if (house.models.length === 0) return []
  const paid = new Set(
    (await vault.available(signIn.door.workspaceId))
      .filter(({ reach }) => reach === 'house')
      .map((one) => one.provider),
  )
  const keyless = new Set(edge.providers().flatMap((row) => (row.auth === undefined ? row.id : [])))
  const { models } = edge.gateway.catalogue()
  return house.models.filter((id) =>
    models.get(id)?.endpoints.some(({ provider }) => paid.has(provider) || keyless.has(provider)),
  )
}
