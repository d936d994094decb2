import { OPENROUTER } from '../issuer.ts'
import type { ConnectState } from './connect-state.ts'

/**
 * What the button says in each state, which are the steps of the flow (RFC 6749 section 4.1) as a person sees them.
 * @see https://www.w3.org/TR/WCAG22/#status-messages
 */
export type ConnectLabels = { [Status in ConnectState['status']]: string }

/** English, for whoever gives none: 'Connect with OpenRouter', or with the host of a Keyway. */
export function labelsFor(issuer: string): ConnectLabels {
  const name = issuer === OPENROUTER || !URL.canParse(issuer) ? 'OpenRouter' : new URL(issuer).host
  return {
    idle: `Connect with ${name}`,
    leaving: 'Opening\u2026',
    returning: 'Connecting\u2026',
    connected: 'Connected',
    failed: 'That did not work. Try again',
  }
}

/** Is there nothing to press now? */
export function isBusy({ status }: ConnectState): boolean {
  return status === 'leaving' || status === 'returning' || status === 'connected'
}
