import { access, constants } from 'node:fs/promises'
import { environmentCredentials } from '../config/credentials.ts'
import type { Environment } from '../config/environment.ts'
import type { Problem } from '../config/problem.ts'
import type { SecretReference } from '../config/providers.ts'
import type { Config } from '../config/schema.ts'
import { PROVIDER_ROWS } from '../providers/rows.ts'
import { parseReference, readReference } from '../vault/reference.ts'
import { codeOf, messageOf } from './message-of.ts'

/** Where a setting stands in the configuration file, if it does. */
export type Locate = (path: readonly PropertyKey[]) => Pick<Problem, 'file' | 'line'>

type Named = { name: string; reference: string; at: ReturnType<Locate> }

/** The references to providers' keys, by their place in the list. */
export type ProviderKeys = readonly (SecretReference | undefined)[]

/**
 * The secrets that the configuration refers to and that cannot be read now, each by its setting or variable. It is worth a
 * warning only: all else works without it, and it is read anew at each use, so that a file may be there later.
 */
export async function unreadableSecrets(
  config: Config,
  of: { keys: ProviderKeys; env: Environment; locate: Locate },
): Promise<Problem[]> {
  const { sign_in, mail } = config
  const { keys, env, locate } = of
  const named: Named[] = []
  for (const [index, key] of keys.entries()) {
    if (key === undefined) continue
    const reference = referenceOf(key)
    named.push({ name: `providers[${index}].key`, reference, at: locate(['providers', index, 'key']) })
  }
  for (const [index, { client_secret }] of sign_in.providers.entries()) {
    const at = locate(['sign_in', 'providers', index, 'client_secret'])
    named.push({ name: `sign_in.providers[${index}].client_secret`, reference: referenceOf(client_secret), at })
  }
  for (const kind of ['env', 'file'] as const) {
    const value = mail.password[kind]
    // Where both are given the variable is used.
    if (mail.host === undefined || value === undefined || (kind === 'file' && mail.password.env !== undefined)) continue
    named.push({ name: `mail.password.${kind}`, reference: `${kind}:${value}`, at: locate(['mail', 'password', kind]) })
  }
  const inUse = config.environment_credentials.use && !config.demo
  const found = inUse ? environmentCredentials(env, PROVIDER_ROWS).credentials : []
  for (const { variable, reference } of found) named.push({ name: variable, reference, at: {} })
  return (await Promise.all(named.map((one) => tryReading(one, env)))).flat()
}

function referenceOf(secret: SecretReference): string {
  return 'env' in secret ? `env:${secret.env}` : `file:${secret.file}`
}

async function tryReading({ name, reference, at }: Named, env: Environment): Promise<Problem[]> {
  try {
    await readReference(parseReference(reference), env)
    return []
  } catch (error) {
    return [{ name, message: messageOf(error).detail.replace(/\.$/, ''), ...at }]
  }
}

/** The files without which the server cannot begin to listen. */
export async function unreadableCertificates(config: Config, locate: Locate): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const member of ['cert', 'key'] as const) {
    const path = config.tls[member]
    if (path === undefined) continue
    try {
      await access(path, constants.R_OK)
    } catch (error) {
      const message = `${path} cannot be read (${codeOf(error)})`
      problems.push({ name: `tls.${member}`, message, ...locate(['tls', member]) })
    }
  }
  return problems
}
