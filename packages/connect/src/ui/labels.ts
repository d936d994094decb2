import { OPENROUTER } from '../issuer.ts'
import type { ConnectState } from './connect-state.ts'

/** What the button says in each state. */
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
