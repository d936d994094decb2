import { KeywayError } from '../base/errors.ts'
import type { Attempt } from '../router/attempt.ts'
import { classifyReply } from '../router/classify.ts'
import type { Counting, Peek } from '../wire/codec.ts'
import { BYTES_PER_TOKEN } from '../wire/estimate-usage.ts'
import { ask } from './ask.ts'
import type { Call } from './call.ts'
import { dialectOf, doorOf } from './door.ts'
import { estimateUsage, withMedia } from './estimate.ts'
import type { Gateway } from './house.ts'
import { takePlace } from './place.ts'
import { planCall } from './plan-call.ts'
import { readStart } from './read-body.ts'

/** How many tokens a request would be read as, and who says so. */
export type TokenCount = { tokens: number; by: 'provider' | 'estimate' }

/** A count is a short object; of an error body, the beginning is enough. Bytes. */
const REPLY_BYTES_MAX = 16 * 1024

/**
 * Counts a request's tokens without answering it: where the best endpoint's provider counts them itself, as it does;
 * else, and where it fails to, by our own tokenizer. Costs nothing, and leaves nothing in the ledger.
 * It counts as a call in progress: it takes a place, and ends with its key or its credential.
 * @throws KeywayError as a call of the same request would before it is held, and provider_rejected
 */
export async function countTokens(call: Call, counting: Counting, gateway: Gateway): Promise<TokenCount> {
  takePlace(call, gateway)
  try {
    return await count(call, counting, gateway)
  } finally {
    gateway.live.remove(call.id)
  }
}

async function count(call: Call, counting: Counting, gateway: Gateway): Promise<TokenCount> {
  const peek = call.codec.peek(call.body)
  const [attempt] = (await planCall(peek, call, gateway)).attempts
  if (attempt === undefined) throw new KeywayError('internal', 'A plan without an attempt was made.')
  const counted = await countThere(call, { counting, attempt }, gateway)
  return counted === undefined
    ? { tokens: await estimate(call, { counting, peek, attempt }, gateway), by: 'estimate' }
    : { tokens: counted, by: 'provider' }
}

/** The provider's own count; undefined where it has none to give. */
async function countThere(
  call: Call,
  { counting, attempt }: { counting: Counting; attempt: Attempt },
  gateway: Gateway,
): Promise<number | undefined> {
  const { provider, credential, endpoint } = attempt
  const path = doorOf(attempt, call.codec.id).counts
  if (path === undefined) return undefined
  gateway.live.serve(call.id, credential?.id)
  const dialect = dialectOf(attempt, call.codec.id)
  const edits = { model: endpoint.nativeId, dialect, outputTokensMax: undefined, maxPrice: undefined }
  const body = call.codec.patch(call.body, edits)
  try {
    const { response, blank } = await ask(call, attempt, { path, body, signal: call.cancellation, gateway })
    const reply = await readStart(response.body, REPLY_BYTES_MAX)
    if (response.status === 200) return counting.readCount(reply)
    const verdict = classifyReply(blank(call.codec.readError(response.status, reply)), undefined, provider.name)
    if (verdict.action === 'next-model') throw verdict.error
    return undefined
  } catch (error) {
    // Out of reach: our own count is better than none. What the client asked wrongly, or its leaving, is told.
    if (error instanceof KeywayError && UNREACHED.has(error.code)) return undefined
    throw error
  }
}

const UNREACHED: ReadonlySet<string> = new Set(['provider_unavailable', 'provider_timeout', 'provider_invalid_reply'])

async function estimate(
  call: Call,
  of: { counting: Counting; peek: Peek; attempt: Attempt },
  gateway: Gateway,
): Promise<number> {
  const { text, moreBytes, frameTokens } = of.counting.promptText(call.body)
  const tokensPrompt = (await gateway.estimateTokens(text)) + Math.ceil(moreBytes / BYTES_PER_TOKEN) + frameTokens
  return withMedia({ ...estimateUsage(undefined, 0), tokensPrompt }, of.peek, of.attempt).tokensPrompt
}
