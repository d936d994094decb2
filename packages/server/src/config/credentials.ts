import type { Environment } from './environment.ts'
import type { Problem } from './problem.ts'

/** A provider and the variables that may hold its key, first wins. */
export type ProviderVariables = { id: string; env: readonly string[] }

/** A provider's key that the environment has: where it is, never what it is. */
export type EnvironmentCredential = {
  provider: string
  /** 'OPENAI_API_KEY' or 'OPENAI_API_KEY_FILE' */
  variable: string
  /** As a credential's record keeps it: 'env:OPENAI_API_KEY' or 'file:/run/secrets/openai'. */
  reference: string
}

/**
 * The provider keys that the environment offers, each also as `<NAME>_FILE`. Empty variables count as unset, since compose
 * files hand over unset ones so. A variable and its _FILE together are a problem: one of them is forgotten.
 */
export function environmentCredentials(
  env: Environment,
  providers: readonly ProviderVariables[],
): { credentials: EnvironmentCredential[]; problems: Problem[] } {
  const credentials: EnvironmentCredential[] = []
  const problems: Problem[] = []
  for (const provider of providers) {
    let found = false
    for (const name of provider.env) {
      const direct = !BLANK.test(env[name] ?? '')
      const path = (env[`${name}_FILE`] ?? '').trim()
      if (direct && path !== '') {
        problems.push({ name, message: `is set, and so is ${name}_FILE; keep one of them` })
      } else if (!found && (direct || path !== '')) {
        found = true
        const variable = direct ? name : `${name}_FILE`
        credentials.push({ provider: provider.id, variable, reference: direct ? `env:${name}` : `file:${path}` })
      }
    }
  }
  return { credentials, problems }
}

/** Nothing but what comes along when copying a key: whitespace, quotes, `Bearer`. */
const BLANK = /^[\s"'`]*(bearer)?[\s"'`]*$/i
