import { isLoopback } from '../config/bind.ts'
import type { SignInProvider } from '../config/sign-in.ts'
import type { Role } from '../store/records.ts'
import { type Environment, parseReference, readReference } from '../vault/reference.ts'

const GITHUB = 'https://github.com'
/** Where none is named. Google has one. @see https://accounts.google.com/.well-known/openid-configuration */
const ISSUERS = { oidc: '', google: 'https://accounts.google.com', github: GITHUB }

/** An organisation's accounts, by which people sign in here. */
export type SsoProvider = {
  /** In our callback's path: it never changes. */
  id: string
  kind: 'oidc' | 'google' | 'github'
  /** For people. */
  name: string
  /** With the subject it says who somebody is. */
  issuer: string
  clientId: string
  /** Read anew each time, so that it can be changed while the server runs. @throws KeywayError `credential_unreadable` */
  clientSecret(): Promise<string>
  /** Whose addresses the operator trusts this provider with. */
  domains: readonly string[]
  /** What people of these domains become. */
  role: Exclude<Role, 'owner'>
  addresses: 'public' | 'private-allowed'
}

/** The providers that the operator configured. @param env where references to variables are read */
export function ssoProviders(configured: readonly SignInProvider[], env: Environment): SsoProvider[] {
  return configured.map((one) => {
    const issuer = one.issuer ?? ISSUERS[one.kind]
    const { client_secret: secret } = one
    const reference = parseReference('env' in secret ? `env:${secret.env}` : `file:${secret.file}`)
    return {
      id: one.id,
      kind: one.kind,
      name: one.name ?? NAMES[one.kind],
      issuer: one.kind === 'github' ? issuer.replace(/\/+$/, '') : issuer,
      clientId: one.client_id,
      clientSecret: () => readReference(reference, env),
      domains: one.allowed_domains,
      role: one.role,
      addresses: one.allow_private || isLoopback(new URL(issuer).hostname) ? 'private-allowed' : 'public',
    }
  })
}

const NAMES: Record<SsoProvider['kind'], string> = { oidc: 'your organisation', google: 'Google', github: 'GitHub' }

/** Where GitHub's API is: its own, or under a GitHub Enterprise Server. */
export function githubApi({ issuer }: Pick<SsoProvider, 'issuer'>): string {
  return issuer === GITHUB ? 'https://api.github.com' : `${issuer}/api/v3`
}
