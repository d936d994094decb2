import { environmentCredentials, type EnvironmentCredential as Found } from './config/credentials.ts'
import type { Environment } from './config/environment.ts'
import type { Problem } from './config/problem.ts'
import type { Config } from './config/schema.ts'
import type { Provider } from './providers/provider.ts'
import type { EnvironmentCredential } from './vault/credential.ts'

/**
 * The credentials that live outside the database: those that the configuration file refers to, and those found in the
 * environment. A provider that the file gives a key is not looked for in the environment as well.
 */
export function credentialsOutside(
  config: Config,
  of: { env: Environment; rows: ReadonlyMap<string, Provider>; owner: { workspaceId: string; userId: string } },
): { credentials: EnvironmentCredential[]; problems: Problem[] } {
  const declared = config.providers.flatMap((item): EnvironmentCredential[] => {
    const row = of.rows.get(item.provider)
    if (item.key === undefined || row === undefined) return []
    return [
      {
        ...of.owner,
        provider: item.provider,
        name: item.name ?? item.provider,
        reach: item.reach,
        baseUrl: row.baseUrl,
        reference: 'env' in item.key ? `env:${item.key.env}` : `file:${item.key.file}`,
        priority: item.priority,
        allowPrivate: item.allow_private,
      },
    ]
  })
  const { use, reach, reach_by_provider } = config.environment_credentials
  if (!use || config.demo) return { credentials: declared, problems: [] }
  const named = new Set(declared.map((item) => item.provider))
  const wanted = [...of.rows.values()].filter((row) => row.env.length > 0 && !named.has(row.id))
  const { credentials: found, problems } = environmentCredentials(of.env, wanted)
  const place = (item: Found): EnvironmentCredential[] => {
    const row = of.rows.get(item.provider)
    if (!row) return []
    return [
      {
        ...of.owner,
        provider: item.provider,
        name: item.variable,
        reach: reach_by_provider[item.provider] ?? reach,
        baseUrl: row.baseUrl,
        reference: item.reference,
        priority: 100,
        allowPrivate: false,
      },
    ]
  }
  return { credentials: [...declared, ...found.flatMap(place)], problems }
}
