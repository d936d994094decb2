import { environmentCredentials } from '../config/credentials.ts'
import type { Environment } from '../config/environment.ts'
import type { Problem } from '../config/problem.ts'
import type { Config } from '../config/schema.ts'
import { PROVIDER_ROWS } from '../providers/rows.ts'
import { parseReference, readReference } from '../vault/reference.ts'
import { messageOf } from './message-of.ts'

/**
 * The providers' keys that the configuration refers to and that cannot be read now, each by its setting or variable. It is
 * worth a warning only: the others work without it, and a file may be there later.
 * @param line of a setting in the configuration file, with that file
 */
export async function unreadableSecrets(
  config: Config,
  env: Environment,
  line: (path: readonly PropertyKey[]) => Pick<Problem, 'file' | 'line'>,
): Promise<Problem[]> {
  const declared = config.providers.flatMap(({ key }, index) => {
    if (key === undefined) return []
    const reference = 'env' in key ? `env:${key.env}` : `file:${key.file}`
    return [{ name: `providers[${index}].key`, reference, ...line(['providers', index, 'key']) }]
  })
  const inUse = config.environment_credentials.use && !config.demo
  const found = inUse ? environmentCredentials(env, PROVIDER_ROWS).credentials : []
  const files = found.filter(({ reference }) => reference.startsWith('file:'))
  const all = [...declared, ...files.map(({ variable, reference }) => ({ name: variable, reference }))]
  const read = all.map(async ({ reference, ...problem }): Promise<Problem[]> => {
    try {
      await readReference(parseReference(reference), env)
      return []
    } catch (error) {
      const { detail } = messageOf(error)
      return [{ ...problem, message: detail.replace(/\.$/, '') }]
    }
  })
  return (await Promise.all(read)).flat()
}
