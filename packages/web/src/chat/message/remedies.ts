/** What can be done about an answer that could not be, or broke off. The best first. */
export type Remedy = 'reconnect' | 'house' | 'trim' | 'other-model' | 'retry' | 'top-up'

const REMEDIES: Readonly<Record<string, readonly Remedy[]>> = {
  model_not_callable: ['reconnect', 'other-model', 'house'],
  model_not_found: ['other-model'],
  no_endpoints: ['reconnect', 'other-model', 'house'],
  provider_credential_rejected: ['reconnect', 'other-model', 'retry', 'house'],
  credential_unreadable: ['reconnect', 'other-model'],
  credit_exhausted: ['top-up', 'other-model', 'retry'],
  key_limit_reached: ['other-model'],
  workspace_budget_reached: ['other-model'],
  daily_limit_reached: ['reconnect', 'other-model'],
  context_too_long: ['trim', 'other-model'],
  context_length_exceeded: ['trim', 'other-model'],
  model_not_allowed: ['other-model'],
}

/** The remedies for a failure, by its code. */
export function remediesFor(code: string): readonly Remedy[] {
  return REMEDIES[code] ?? ['retry', 'other-model']
}
