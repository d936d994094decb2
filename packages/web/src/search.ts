import type { ConnectDetail, ConnectOutcome } from '@keyway/contract'

/** How Connect ended, or what it waits for, as the address says on the way back from the issuer. */
export type ConnectReturn = {
  /** 'confirm': another account than before, shall it take its place? 'headless': the code must be carried over by hand. */
  connect?: ConnectOutcome | 'confirm' | 'headless'
  detail?: ConnectDetail
  /** With 'confirm'. */
  flow?: string
}

const OUTCOMES = [
  'done',
  'denied',
  'expired',
  'replayed',
  'wrong_user',
  'wrong_browser',
  'unavailable',
  'rejected',
  'confirm',
  'headless',
] as const
const DETAILS = ['wrong_issuer', 'changed', 'malformed', 'bad_reply', 'unknown'] as const

/** `?connect=done`; whatever is not in the list is as if it were not there. */
export function readConnectSearch(search: Record<string, unknown>): ConnectReturn {
  const connect = OUTCOMES.find((one) => one === search['connect'])
  const detail = DETAILS.find((one) => one === search['detail'])
  const flow = search['flow']
  return {
    ...(connect === undefined ? {} : { connect }),
    ...(detail === undefined ? {} : { detail }),
    ...(typeof flow === 'string' ? { flow } : {}),
  }
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
