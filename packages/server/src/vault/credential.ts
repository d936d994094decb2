import { KeywayError } from '../base/errors.ts'
import type { CredentialRecord, Origin, Reach } from '../store/records.ts'

/** A credential as people and the router may see it: everything but the secret. */
export type CredentialView = Readonly<Omit<CredentialRecord, 'sealed' | 'dekId'>>

/** What is needed to store a credential. Exactly one of `secret` and `reference`. */
export type NewCredential = {
  workspaceId: string
  /** null: the workspace's own, which only `shared` and `house` may be. */
  userId: string | null
  /** The provider's slug. */
  provider: string
  name: string
  origin: Exclude<Origin, 'environment'>
  reach: Reach
  /** Where the secret may be sent: any URL of that origin. */
  baseUrl: string
  /** Lower is tried first; 0 or more. */
  priority: number
  allowPrivate: boolean
} & ({ secret: string; reference?: undefined } | { reference: string; secret?: undefined })

/** A credential that a connection brings: always its user's own. */
export type ConnectedCredential = Pick<
  CredentialRecord,
  'id' | 'workspaceId' | 'provider' | 'name' | 'baseUrl' | 'priority' | 'allowPrivate'
> & { userId: string; secret: string }

/**
 * A credential found in the environment at start: where it is, never what it is. It lives in memory only.
 * @example { provider: 'openai', reference: 'env:OPENAI_API_KEY', baseUrl: 'https://api.openai.com/v1', ... }
 */
export type EnvironmentCredential = {
  workspaceId: string
  userId: string
  provider: string
  name: string
  reach: Reach
  baseUrl: string
  /** `env:NAME`, or `file:PATH` where `<NAME>_FILE` named a file. */
  reference: string
  priority: number
  allowPrivate: boolean
}

/** Characters in a credential's or key's name. */
const NAME_CHARS_MAX = 100
const PRIORITY_MAX = 1_000_000

/**
 * Checks what a caller gave, without the secret.
 * @throws KeywayError `invalid_request`, naming the field
 */
export function checkCredential(
  of: Pick<NewCredential, 'provider' | 'name' | 'priority'> & Partial<NewCredential>,
): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(of.provider)) {
    throw invalid('provider', 'a slug of at most 64 letters, digits, dots, dashes or underscores')
  }
  if (of.name.trim() === '' || of.name.length > NAME_CHARS_MAX || /\p{Cc}/u.test(of.name)) {
    throw invalid('name', `1 to ${NAME_CHARS_MAX} characters, none of them a control character`)
  }
  if (!Number.isSafeInteger(of.priority) || of.priority < 0 || of.priority > PRIORITY_MAX) {
    throw invalid('priority', `an integer from 0 to ${PRIORITY_MAX}`)
  }
  if (of.reach === 'own' && of.userId === null) throw invalid('reach', '"shared" or "house", since it has no user')
}

/**
 * The origin that a secret is bound to. 'https://API.openai.com:443/v1' -> 'https://api.openai.com'
 * @throws KeywayError `invalid_request` when it is no http(s) address, or carries a user name or password
 */
export function originOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalid('base_url', 'an address that begins with https:// or http://')
  }
  if (url.username !== '' || url.password !== '')
    throw invalid('base_url', 'an address without a user name or password')
  return url.origin
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`)
}
