/** What can be done about an answer that could not be, or broke off. The best first. */
export type Remedy =
  | 'reconnect'
  | 'house'
  | 'trim'
  | 'fallback'
  | 'other-model'
  | 'retry'
  | 'top-up'
  | 'anyway'
  | 'data'
  | 'sign-in'

const REMEDIES: Readonly<Record<string, readonly Remedy[]>> = {
  offline: ['retry'],
  sign_in_required: ['sign-in'],
  model_not_callable: ['reconnect', 'other-model', 'house'],
  model_not_found: ['other-model'],
  no_endpoints: ['reconnect', 'other-model', 'house'],
  provider_credential_rejected: ['reconnect', 'other-model', 'retry', 'house'],
  provider_rate_limited: ['retry', 'fallback', 'other-model'],
  provider_overloaded: ['retry', 'fallback', 'other-model'],
  provider_unavailable: ['retry', 'fallback', 'other-model'],
  provider_timeout: ['retry', 'fallback', 'other-model'],
  credential_unreadable: ['reconnect', 'other-model'],
  credit_exhausted: ['top-up', 'other-model', 'retry'],
  key_limit_reached: ['other-model'],
  workspace_budget_reached: ['other-model'],
  daily_limit_reached: ['reconnect', 'other-model'],
  provider_may_keep_data: ['other-model', 'data'],
  message_too_long: ['other-model', 'anyway'],
  context_too_long: ['trim', 'other-model'],
  context_length_exceeded: ['trim', 'other-model'],
  model_not_allowed: ['other-model'],
}

/**
 * The remedies for a failure, by its code.
 * @param before how many messages come before the one that was not answered: with none there is nothing to leave out
 */
export function remediesFor(code: string, before: number): readonly Remedy[] {
  const remedies = REMEDIES[code] ?? ['retry', 'other-model']
  return before > 0 ? remedies : remedies.filter((remedy) => remedy !== 'trim')
}

/** Does it help to ask a model that takes more? */
export function isTooLong(code: string): boolean {
  return code.startsWith('context_') || code === 'message_too_long'
}
