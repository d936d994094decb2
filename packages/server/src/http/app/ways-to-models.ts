import type { Endpoint, Model } from '../../providers/model.ts'
import type { User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'

/** How a person gets to models, beyond what their key allows. */
export type Ways = {
  /** By a credential of theirs or the workspace's, for nothing, or because the operator provides just this model. */
  reach(model: Model): boolean
  /** The same without the operator's; and what they have can really call it. */
  ownWay(model: Model): boolean
}

/** What a person can call models by now. */
export async function waysOf(edge: Edge, user: Pick<User, 'id' | 'workspaceId' | 'guest'>): Promise<Ways> {
  const available = await edge.app.vault.available(user.workspaceId)
  const mine = available.filter(({ reach, userId }) =>
    reach === 'own' ? userId === user.id : reach === 'shared' && user.guest !== true,
  )
  const keyed = new Set(mine.map(({ provider }) => provider))
  const keyless = new Set(edge.providers().flatMap((row) => (row.auth === undefined ? row.id : [])))
  const house = new Set(edge.app.house.models)
  const { connection } = await edge.link.view(user.id)
  const connected = connection?.state === 'connected' ? connection : undefined
  const { provider } = edge.link.issuer
  // An account that never paid calls free models only, unless there is another key of the same provider.
  const freeOnly =
    connected?.facts?.freeTier === true &&
    mine.every((one) => one.provider !== provider || one.id === connected.credentialId)
  const usable = (endpoint: Endpoint) =>
    keyless.has(endpoint.provider) ||
    (keyed.has(endpoint.provider) && !(freeOnly && endpoint.provider === provider && !isFree(endpoint)))
  return {
    reach: ({ id, endpoints }) =>
      house.has(id) || endpoints.some((one) => keyed.has(one.provider) || keyless.has(one.provider)),
    ownWay: ({ endpoints }) => endpoints.some(usable),
  }
}

function isFree({ prices }: Endpoint): boolean {
  return prices?.items.input === 0n && prices.items.output === 0n
}
