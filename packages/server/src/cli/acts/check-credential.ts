import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { checkRequest } from '../../providers/check-request.ts'
import type { Provider } from '../../providers/provider.ts'
import { refusesKey } from '../../providers/refuses-key.ts'
import { printable } from '../table.ts'
import type { ActHouse } from './house.ts'

/** What a provider says to a credential, or why it could not be asked. */
export const checkShape = z.object({
  outcome: z.enum(['valid', 'rejected', 'unverified']),
  /** The provider's own words where it rejects; ours where it could not be asked. */
  detail: z.string(),
  latency_ms: z.number().nullable(),
})

/** @see {@link checkShape} */
export type Check = z.output<typeof checkShape>

/** How long a check may take, in milliseconds: a person waits for it. */
const CHECK_MS = 15_000
/** Bytes of the reply that are read: the message of a refusal comes first and is short. */
const REPLY_BYTES_MAX = 65_536
/** Characters of a provider's message that are shown. */
const DETAIL_CHARS_MAX = 300

/**
 * Asks the provider, by the cheapest request that fails with a bad key. Nothing that the provider answers can be an error
 * of ours: an offline machine gives 'unverified'.
 * @throws KeywayError `address_forbidden`
 */
export async function checkCredential(
  house: Pick<ActHouse, 'dispatch' | 'clock'>,
  of: { provider: Provider; secret: string | undefined; baseUrl: string; allowPrivate: boolean },
): Promise<Check> {
  const started = house.clock.monotonic()
  const since = () => Math.round(house.clock.monotonic() - started)
  try {
    const response = await house.dispatch({
      ...checkRequest(of.provider, { secret: of.secret, baseUrl: of.baseUrl }),
      signal: AbortSignal.timeout(CHECK_MS),
      addresses: of.allowPrivate ? 'private-allowed' : 'public',
      headersTimeoutMs: CHECK_MS,
      idleTimeoutMs: CHECK_MS,
    })
    const { status } = response
    if (status === 400 || status === 401 || status === 403) {
      const words = wordsOf(await readText(response.body), of.secret)
      const outcome = status === 403 || refusesKey(status, words) ? 'rejected' : 'unverified'
      return { outcome, detail: `${of.provider.name} answered ${status}: ${words}`, latency_ms: since() }
    }
    response.body.destroy()
    // Too many requests, or no money: the key itself was recognised.
    const known = (status >= 200 && status < 300) || status === 402 || status === 429
    if (known)
      return {
        outcome: 'valid',
        detail: status < 300 ? 'accepted' : `accepted, though it answered ${status}`,
        latency_ms: since(),
      }
    return { outcome: 'unverified', detail: `${of.provider.name} answered ${status}`, latency_ms: since() }
  } catch (error) {
    if (!(error instanceof KeywayError) || error.code === 'address_forbidden' || error.code === 'invalid_request')
      throw error
    return { outcome: 'unverified', detail: error.message, latency_ms: null }
  }
}

async function readText(body: AsyncIterable<Uint8Array> & { destroy(): void }): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    parts.push(part)
    size += part.length
    if (size > REPLY_BYTES_MAX) break
  }
  return Buffer.concat(parts).toString('utf8')
}

const errorBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
])

/** The message of a refusal. Some providers repeat the key in it, whole or masked: every part of ours is taken out. */
function wordsOf(text: string, secret: string | undefined): string {
  let words: string | undefined
  try {
    words = errorBody.safeParse(firstOf(JSON.parse(text))).data
  } catch {
    // Not JSON: a page of a proxy, say. The status alone is told.
  }
  if (words === undefined) return 'no reason given'
  const safe = secret === undefined ? words : withoutSecret(words, secret)
  return printable(safe).slice(0, DETAIL_CHARS_MAX)
}

/** Google wraps its error in a list of one. */
function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}

/** Words that begin or end as the secret does, however much is masked between, and the secret itself. */
function withoutSecret(words: string, secret: string): string {
  const [head, tail] = [secret.slice(0, 6), secret.slice(-4)]
  return words
    .replaceAll(secret, '[key]')
    .split(/(\s+)/)
    .map((word) => (word.includes(head) || (word.includes('*') && word.includes(tail)) ? '[key]' : word))
    .join('')
}
