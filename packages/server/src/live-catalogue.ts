import type { Clock } from './base/clock.ts'
import type { Config } from './config/schema.ts'
import type { Dispatch } from './net/request.ts'
import { BUNDLED } from './providers/bundled.ts'
import { createCatalogue, type DatedCatalogue } from './providers/catalogue.ts'
import type { DiscoveredModel } from './providers/discovered.ts'
import { type PriceOverrides, readPriceOverrides } from './providers/overrides.ts'
import type { Provider } from './providers/provider.ts'
import { fetchModels } from './providers/refresh.ts'
import { declaredProviders, type RowsInUse, rowsInUse } from './rows-in-use.ts'
import type { Store } from './store/store.ts'
import type { Vault } from './vault/credentials.ts'

/** A list of models is small and the provider near: longer is a provider that is down. Milliseconds. */
const FETCH_MS = 15_000

/** The catalogue as it is now: rebuilt when providers, credentials, prices or providers' own lists change. */
export type LiveCatalogue = {
  current(): DatedCatalogue
  rows(): RowsInUse
  /** Reads the operator's providers and credentials again. Resolves when `current` knows them. */
  reload(): Promise<void>
  /** Asks every provider that lists its own models. One that cannot be reached keeps what it had. */
  refresh(signal: AbortSignal): Promise<void>
  /** The refresh under way, if there is one: whoever misses a model waits for it before saying that there is none. */
  pending(): Promise<void> | undefined
}

export type LiveCatalogueDeps = {
  config: Config
  clock: Clock
  store: Store
  vault: Vault
  workspaceId: string
  dispatch: Dispatch
  /** A provider that could not be asked, for the log. */
  unreachable(provider: string, error: unknown): void
}

export async function createLiveCatalogue(deps: LiveCatalogueDeps): Promise<LiveCatalogue> {
  const { config, clock, store, vault, workspaceId } = deps
  const overrides: PriceOverrides = readPriceOverrides(config.prices)
  const discovered = new Map<string, readonly DiscoveredModel[]>()
  let rows = rowsInUse(declaredProviders(config), [], new Set())
  let catalogue: DatedCatalogue | undefined
  let refreshing: Promise<void> | undefined

  const build = () =>
    createCatalogue({ bundled: BUNDLED, providers: rows.callable, discovered, overrides, nowMs: clock.now() })

  async function reload(): Promise<void> {
    const [added, credentials] = await Promise.all([store.listProviders(workspaceId), vault.available(workspaceId)])
    rows = rowsInUse(declaredProviders(config), added, new Set(credentials.map((one) => one.provider)))
    catalogue = undefined
  }

  async function ask(provider: Provider, signal: AbortSignal): Promise<void> {
    const credential = (await vault.available(workspaceId)).find((one) => one.provider === provider.id)
    // OpenRouter's list is public; other lists are for those who have a key.
    if (provider.auth !== undefined && credential === undefined && provider.id !== 'openrouter') return
    try {
      const secret = credential && (await vault.open(credential.id, { baseUrl: provider.baseUrl }))
      const models = await fetchModels(deps.dispatch, {
        provider,
        secret,
        addresses:
          credential?.allowPrivate === true || rows.privateAllowed.has(provider.id) ? 'private-allowed' : 'public',
        signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]),
        headersTimeoutMs: FETCH_MS,
        idleTimeoutMs: FETCH_MS,
        nowMs: clock.now(),
      })
      discovered.set(provider.id, models)
      catalogue = undefined
    } catch (error) {
      deps.unreachable(provider.id, error)
    }
  }

  async function refreshAll(signal: AbortSignal): Promise<void> {
    const asked = rows.callable.filter((row) => row.discovers)
    // Each list counts as soon as it is there: a local server must not wait for a far one that is down.
    await Promise.all(asked.map((row) => ask(row, signal)))
  }

  await reload()
  return {
    rows: () => rows,
    current() {
      if (catalogue === undefined || clock.now() >= catalogue.validUntilMs) catalogue = build()
      return catalogue
    },
    reload,
    pending: () => refreshing,
    refresh(signal) {
      const done = refreshAll(signal).finally(() => {
        if (refreshing === done) refreshing = undefined
      })
      refreshing = done
      return done
    },
  }
}
