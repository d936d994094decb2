import type { ConnectOutcome } from '@keyway/contract'

const OUTCOMES: readonly ConnectOutcome[] = [
  'done',
  'denied',
  'expired',
  'replayed',
  'wrong_user',
  'wrong_browser',
  'unavailable',
  'rejected',
]

const isOutcome = (value: unknown): value is ConnectOutcome => OUTCOMES.some((outcome) => outcome === value)

/** `?connect=done`: how Connect ended, on the way back from the issuer. */
export function readConnectSearch(search: Record<string, unknown>): { connect?: ConnectOutcome } {
  return isOutcome(search['connect']) ? { connect: search['connect'] } : {}
}

/** `?create=true`: with the form for a new key open. */
export function readCreateSearch(search: Record<string, unknown>): { create?: true } {
  return search['create'] === true ? { create: true } : {}
}

/** `?return_to=/keys`: where to go after signing in. Only a path of ours, so that no link can lead people elsewhere. */
export function readSignInSearch(search: Record<string, unknown>): { return_to?: string; signed_out?: true } {
  const path = search['return_to']
  return {
    ...(typeof path === 'string' && /^\/(?![/\\])/.test(path) ? { return_to: path } : {}),
    ...(search['signed_out'] === true ? { signed_out: true } : {}),
  }
}
