import type { ConnectDetail, ConnectOutcome, SsoRefusal } from '@keyway/contract'

/**
 * What a reader makes of an address, and nothing else of it. The router lays what a reader gives over all that the address
 * says: what the reader left out would else come through unread.
 */
export function only<T extends object>(read: (search: Record<string, unknown>) => T) {
  return (search: Record<string, unknown>): T => {
    const unread = Object.fromEntries(Object.keys(search).map((key) => [key, undefined]))
    return { ...unread, ...read(search) }
  }
}

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
const DETAILS = [
  'wrong_issuer',
  'changed',
  'malformed',
  'bad_reply',
  'unknown',
  'own_login',
  'disabled',
  'unidentified',
] as const

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

/** How single sign-on ended, as the address says on the way back from the provider. */
export type SsoReturn = SsoRefusal | 'linked'

const SSO_ENDS: readonly SsoReturn[] = [
  'linked',
  'denied',
  'expired',
  'rejected',
  'unavailable',
  'not_invited',
  'email_taken',
  'disabled',
  'taken',
  'wrong_user',
]

/** `?sso=denied&provider=company`; whatever is not in the list is as if it were not there. */
export function readSsoSearch(search: Record<string, unknown>): { sso?: SsoReturn; provider?: string } {
  const sso = SSO_ENDS.find((one) => one === search['sso'])
  const provider = search['provider']
  if (sso === undefined) return {}
  return { sso, ...(typeof provider === 'string' ? { provider } : {}) }
}

/** `?create=true`: with the form for a new key open. */
export function readCreateSearch(search: Record<string, unknown>): { create?: true } {
  return search['create'] === true ? { create: true } : {}
}

/** Browsers read a backslash as a slash, and read over tabs and line ends: '/\\evil.example', '/<tab>/evil.example'. */
const OWN_PATH = /^\/(?!\/)[^\\\p{Cc}]*$/u

/**
 * `?return_to=/keys`: where to go after signing in. Only a path of ours, so that no link can lead people elsewhere.
 * `?connect=denied`: why somebody who came by Connect is still before the door.
 */
export function readSignInSearch(
  search: Record<string, unknown>,
): ConnectReturn & { return_to?: string; signed_out?: true; deleted?: true; sso?: SsoReturn; provider?: string } {
  const path = search['return_to']
  return {
    ...(typeof path === 'string' && OWN_PATH.test(path) ? { return_to: path } : {}),
    ...(search['signed_out'] === true ? { signed_out: true } : {}),
    ...(search['deleted'] === true ? { deleted: true } : {}),
    ...readConnectSearch(search),
    ...readSsoSearch(search),
  }
}

/** `?temporary=true`, `?folder=<id>`: what kind of chat the first page begins. With how Connect ended, if it did. */
export function readHomeSearch(search: Record<string, unknown>): ConnectReturn & { temporary?: true; folder?: string } {
  const folder = search['folder']
  return {
    ...readConnectSearch(search),
    ...(search['temporary'] === true ? { temporary: true } : {}),
    ...(typeof folder === 'string' ? { folder } : {}),
  }
}

/** `?open=<id>`: one of the prompts; 'new': a new one. */
export function readPromptsSearch(search: Record<string, unknown>): { open?: string } {
  const open = search['open']
  return typeof open === 'string' ? { open } : {}
}

/** `?days=90&scope=workspace`: of how many days, and whose. */
export function readUsageSearch(search: Record<string, unknown>): { days?: number; scope?: 'workspace' } {
  const days = search['days']
  return {
    ...(typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= 366 ? { days } : {}),
    ...(search['scope'] === 'workspace' ? { scope: 'workspace' } : {}),
  }
}

/** `?message=<id>`: the message that was looked for. With how Connect ended, where it began in the conversation. */
export function readChatSearch(search: Record<string, unknown>): ConnectReturn & { message?: string } {
  const message = search['message']
  return { ...readConnectSearch(search), ...(typeof message === 'string' ? { message } : {}) }
}

/** `?period=week`: of how much time. */
export function readRankingsSearch(search: Record<string, unknown>): { period?: 'day' | 'week' | 'month' } {
  const period = (['day', 'week', 'month'] as const).find((one) => one === search['period'])
  return period === undefined ? {} : { period }
}
