import type { Connection, ConnectQuery, Reset } from '@keyway/contract'

/** What the person wants of the key that the issuer will make. */
export type ConnectWish = { limitUsd: string; reset: Reset | ''; expiresInDays: number | undefined }

export const NO_WISH: ConnectWish = { limitUsd: '', reset: '', expiresInDays: undefined }

const DAY_MS = 86_400_000

/** Dollars as people type them: '5', '2.50', '0.25'. */
export const isAmount = (text: string): boolean => /^\d{1,6}(?:\.\d{1,9})?$/.test(text) && Number(text) > 0

/** A wish as the server takes it. What cannot be read is left out. @param now Unix milliseconds */
export function wishedTerms(wish: ConnectWish, now: number): Omit<ConnectQuery, 'return_to'> {
  const limit = isAmount(wish.limitUsd) ? { limit_usd: wish.limitUsd } : {}
  return {
    ...limit,
    ...('limit_usd' in limit && wish.reset !== '' ? { reset: wish.reset } : {}),
    ...(wish.expiresInDays === undefined
      ? {}
      : { expires_at: new Date(now + wish.expiresInDays * DAY_MS).toISOString() }),
  }
}

/** Where the Connect link leads: '/connect/openrouter/start?limit_usd=5&reset=monthly&return_to=%2F'. */
export function startAddress(
  connection: Connection,
  wish: ConnectWish,
  { returnTo, now }: { returnTo: string; now: number },
): string {
  const query = new URLSearchParams({ ...wishedTerms(wish, now), return_to: returnTo })
  return `${connection.start_url}?${query}`
}
