import type { Connection, Reset } from '@keyway/contract'

/** What the person wants of the key that the issuer will make. */
export type ConnectWish = { limitUsd: string; reset: Reset | ''; expiresInDays: number | undefined }

export const NO_WISH: ConnectWish = { limitUsd: '', reset: '', expiresInDays: undefined }

const DAY_MS = 86_400_000

/** Dollars as people type them: '5', '2.50', '0.25'. */
export const isAmount = (text: string): boolean => /^\d{1,7}(?:\.\d{1,9})?$/.test(text) && Number(text) > 0

/** Where the Connect link leads: '/connect/openrouter/start?limit_usd=5&reset=monthly&return_to=%2F'. */
export function startAddress(
  connection: Connection,
  wish: ConnectWish,
  back: { returnTo: string; now: number },
): string {
  const query = new URLSearchParams()
  if (isAmount(wish.limitUsd)) {
    query.set('limit_usd', wish.limitUsd)
    if (wish.reset !== '') query.set('reset', wish.reset)
  }
  if (wish.expiresInDays !== undefined) {
    query.set('expires_at', new Date(back.now + wish.expiresInDays * DAY_MS).toISOString())
  }
  query.set('return_to', back.returnTo)
  return `${connection.start_url}?${query}`
}
