import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { type Nano, parseUsd } from '../base/money.ts'
import type { Dispatch } from '../net/request.ts'
import type { KeyFacts } from '../store/link-records.ts'
import { apiUrl, type Issuer } from './issuer.ts'

/** What the issuer says to a key. `silent`: it could not be asked, or said nothing of use. */
export type KeyAnswer = { kind: 'known'; facts: KeyFacts } | { kind: 'refused' } | { kind: 'silent' }

/** The person sees their card after it. Milliseconds. */
const FACTS_MS = 3_000
/** Two small JSON objects. */
const REPLY_BYTES_MAX = 65_536
/** Characters of a label or address that are kept. */
const TEXT_CHARS_MAX = 254

const usd = z
  .number()
  .nullish()
  .transform((value, context): Nano | null => {
    if (value === null || value === undefined) return null
    try {
      // Issuers count in floats; what lies beyond a nano-dollar is their rounding.
      return parseUsd(value.toFixed(9))
    } catch {
      context.addIssue('expected an amount in dollars')
      return z.NEVER
    }
  })

/** @see https://openrouter.ai/docs/api_reference/limits (read 2026-08-22) */
const keyReply = z.object({
  data: z.object({
    label: z.string().nullish(),
    limit: usd,
    limit_remaining: usd,
    limit_reset: z.enum(['daily', 'weekly', 'monthly']).nullish().catch(null),
    is_free_tier: z.boolean().nullish(),
    expires_at: z.iso.datetime({ offset: true }).nullish().catch(null),
  }),
})

const userReply = z.object({ email: z.email().max(TEXT_CHARS_MAX) })

/** Asks `GET /key`: the one real check of a key, and what it may do. */
export async function askKey(dispatch: Dispatch, issuer: Issuer, key: string): Promise<KeyAnswer> {
  const reply = await get(dispatch, issuer, { path: '/key', key })
  if (reply?.status === 401) return { kind: 'refused' }
  const read = reply?.status === 200 ? keyReply.safeParse(reply.value) : undefined
  if (read?.success !== true) return { kind: 'silent' }
  const { label, limit, limit_remaining, limit_reset, is_free_tier, expires_at } = read.data.data
  const facts: KeyFacts = {
    label: label?.slice(0, TEXT_CHARS_MAX) ?? null,
    limit,
    remaining: limit_remaining,
    reset: limit_reset ?? null,
    freeTier: is_free_tier ?? null,
    expiresAt: expires_at == null ? null : Date.parse(expires_at),
  }
  return { kind: 'known', facts }
}

/** Asks who the person is, which issuers need not tell. @returns their address, or null */
export async function askEmail(dispatch: Dispatch, issuer: Issuer, key: string): Promise<string | null> {
  const reply = await get(dispatch, issuer, { path: '/auth/user', key })
  const read = reply?.status === 200 ? userReply.safeParse(reply.value) : undefined
  return read?.success === true ? read.data.email : null
}

/** undefined: no reply in time, or none that is JSON. */
async function get(
  dispatch: Dispatch,
  issuer: Issuer,
  of: { path: string; key: string },
): Promise<{ status: number; value: unknown } | undefined> {
  try {
    const { status, body } = await dispatch({
      method: 'GET',
      url: `${apiUrl(issuer)}${of.path}`,
      headers: { authorization: `Bearer ${of.key}`, accept: 'application/json' },
      signal: AbortSignal.timeout(FACTS_MS),
      addresses: issuer.addresses,
      headersTimeoutMs: FACTS_MS,
      idleTimeoutMs: FACTS_MS,
    })
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of body) {
      size += part.length
      if (size > REPLY_BYTES_MAX) return undefined
      parts.push(part)
    }
    return { status, value: status === 200 ? JSON.parse(Buffer.concat(parts).toString('utf8')) : undefined }
  } catch (error) {
    // An issuer that is away, or no JSON: what it would have said stays unknown, and is asked for again within the hour.
    const foreseen = error instanceof KeywayError || error instanceof SyntaxError
    if (foreseen || (error instanceof DOMException && error.name === 'TimeoutError')) return undefined
    throw error
  }
}
