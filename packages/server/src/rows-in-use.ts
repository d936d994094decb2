import { OPENROUTER } from '@keyway/connect'
import { isLoopback } from './config/bind.ts'
import type { Config } from './config/schema.ts'
import { customProvider } from './providers/custom.ts'
import type { Provider } from './providers/provider.ts'
import { PROVIDER_ROWS } from './providers/rows.ts'
import type { CustomProviderRecord } from './store/records.ts'

/** The provider rows of this installation, and what the operator said about them. */
export type RowsInUse = {
  /** Built-in rows and the operator's own, by id. */
  rows: ReadonlyMap<string, Provider>
  /** Those that can be called: every row that takes a key, and those without one that the operator added. */
  callable: readonly Provider[]
  /** Providers that may be reached at private and loopback addresses. */
  privateAllowed: ReadonlySet<string>
}

/** What the operator says of a provider's address. */
export type DeclaredProvider = Pick<Config['providers'][number], 'provider' | 'base_url' | 'allow_private' | 'free'>

/** The declared providers, and OpenRouter where the operator put another issuer in its place: keys go where they are from. */
export function declaredProviders(config: Pick<Config, 'providers' | 'connect'>): readonly DeclaredProvider[] {
  const url = config.connect.openrouter_url
  const named = config.providers.some((item) => item.provider === 'openrouter' && item.base_url !== undefined)
  if (url === OPENROUTER || named) return config.providers
  const inItsPlace = {
    provider: 'openrouter',
    base_url: `${url}/api/v1`,
    allow_private: isLoopback(new URL(url).hostname),
    free: false,
  }
  return [...config.providers, inItsPlace]
}

/**
 * Built-in rows, under what the configuration file declares, under what was added by the CLI.
 * @param keyed the providers that have a credential: one of the operator's own without any is called without a key
 */
export function rowsInUse(
  declared: readonly DeclaredProvider[],
  added: readonly CustomProviderRecord[],
  keyed: ReadonlySet<string>,
): RowsInUse {
  const rows = new Map<string, Provider>(PROVIDER_ROWS.map((row) => [row.id, row]))
  const privateAllowed = new Set<string>()
  const own = new Set<string>()
  const put = (of: { id: string; baseUrl: string | undefined; allowPrivate: boolean; free: boolean }) => {
    const known = rows.get(of.id)
    const row = known
      ? { ...known, baseUrl: of.baseUrl ?? known.baseUrl, free: known.free || of.free }
      : of.baseUrl === undefined
        ? undefined
        : customProvider({ id: of.id, baseUrl: of.baseUrl, free: of.free })
    if (row === undefined) return
    const keyless = !PROVIDER_IDS.has(of.id) && !keyed.has(of.id)
    rows.set(of.id, keyless ? { ...row, auth: undefined } : row)
    own.add(of.id)
    if (of.allowPrivate) privateAllowed.add(of.id)
  }
  for (const item of declared) {
    put({ id: item.provider, baseUrl: item.base_url, allowPrivate: item.allow_private, free: item.free })
  }
  for (const item of added) put(item)
  const callable = [...rows.values()].filter((row) => row.auth !== undefined || own.has(row.id))
  return { rows, callable, privateAllowed }
}

const PROVIDER_IDS: ReadonlySet<string> = new Set(PROVIDER_ROWS.map((row) => row.id))
