import type { SecretKeys } from '../accounts/secret-keys.ts'
import type { Clock } from '../base/clock.ts'
import type { OauthSettings } from '../config/oauth.ts'
import type { Peppers } from '../keys/pepper.ts'
import type { Dispatch } from '../net/request.ts'
import type { Store } from '../store/store.ts'
import type { ChallengePolicy } from './challenge-rules.ts'
import type { Logos } from './logo/logo.ts'
import type { SeenProofs } from './seen-proofs.ts'

/** What Sign in with Keyway works with. */
export type OauthDeps = {
  store: Store
  clock: Clock
  /** The time by which codes begin and end: a clock that is set back makes none younger. */
  codeNow(): number
  ring: { readonly pepper: Peppers; readonly csrf: SecretKeys }
  settings: OauthSettings
  /** The proofs that were shown here lately. */
  proofs: SeenProofs
  /** The way out: to what apps say of themselves. */
  dispatch: Dispatch
  logos: Logos
  /** Without a trailing slash. Also the issuer. */
  publicUrl(): string
  /** Whose audit log hears of what strangers tried. */
  workspaceId: string
}

/** What the operator demands of challenges. */
export function policyOf({ require_s256 }: Pick<OauthSettings, 'require_s256'>): ChallengePolicy {
  return require_s256 ? 's256-only' : 'any'
}
