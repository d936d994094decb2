import { RecentMap } from '../base/recent-map.ts'
import type { Model } from '../providers/model.ts'
import type { CredentialChoice, Stay } from '../router/attempt.ts'

/** Answers whose encrypted reasoning is remembered, some 200 bytes each. A conversation asks for its last one alone. */
const REMEMBERED_MAX = 50_000

type Home = { provider: string; credentialId: string | null }

/**
 * Where encrypted reasoning was made: only the account that made it can read it, so whoever brings it back is sent there
 * (law 9). Kept in memory, by workspace; what has been forgotten, or was made elsewhere, is the provider's to judge.
 */
export type Seals = {
  remember(workspaceId: string, sealed: string, home: Home): void
  /** Undefined where the maker is not known, or is not among those who could serve the call. */
  stayFor(
    workspaceId: string,
    sealed: string,
    among: { models: readonly Model[]; credentials: readonly CredentialChoice[] },
  ): Stay | undefined
}

/** Nothing remembered yet. */
export function createSeals(): Seals {
  const homes = new RecentMap<string, Home>(REMEMBERED_MAX)
  return {
    remember: (workspaceId, sealed, home) => homes.set(`${workspaceId}/${sealed}`, home),
    stayFor(workspaceId, sealed, { models, credentials }) {
      const home = homes.get(`${workspaceId}/${sealed}`)
      if (home === undefined) return undefined
      const { credentialId } = home
      if (credentialId !== null && !credentials.some(({ id }) => id === credentialId)) return undefined
      const endpoint = models.flatMap(({ endpoints }) => endpoints).find(({ provider }) => provider === home.provider)
      return endpoint === undefined ? undefined : { endpoint: endpoint.id, credentialId, how: 'only' }
    },
  }
}
