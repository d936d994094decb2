import type { AttemptRecord, GenerationDraft, Settlement } from '../store/records.ts'
import type { ReplySummary, UsageReading } from '../wire/codec.ts'
import type { Call } from './call.ts'
import type { Priced } from './price.ts'

/** How a call went, once it is over. */
export type Receipt = {
  draft: GenerationDraft
  /** Priced once; the client was told the same figure. */
  priced: Priced
  priceVersion: string
  usage: UsageReading
  summary: ReplySummary | undefined
  attempts: AttemptRecord[]
  explanation: Uint8Array | null
  cancelled: boolean
  status: number
  latencyMs: number
  firstEventMs: number | null
  error: string | null
}

/** Characters of a name or id that a provider gave. Their ids have about 40; more is no name. */
const NAME_CHARACTERS_MAX = 200

/** The ledger's entry for a finished call. What a provider claims can be anything; what is written here always fits. */
export function settlement(call: Call, receipt: Receipt): Settlement {
  const { key } = call.caller
  const { priced, summary, usage } = receipt
  return {
    callId: call.id,
    keyHash: key.hash,
    userId: key.userId,
    workspaceId: key.workspaceId,
    at: call.at,
    amount: priced.amount,
    lines: priced.lines,
    basis: priced.basis,
    checkAmount: priced.check,
    priceVersion: receipt.priceVersion,
    reach: receipt.attempts.at(-1)?.reach ?? 'own',
    generation: {
      ...receipt.draft,
      upstreamId: nameOf(summary?.upstreamId),
      finishReason: nameOf(summary?.finishReason),
      nativeFinishReason: nameOf(summary?.nativeFinishReason),
      cancelled: receipt.cancelled,
      status: receipt.status,
      latencyMs: receipt.latencyMs,
      firstEventMs: receipt.firstEventMs,
      generationMs: receipt.latencyMs - (receipt.firstEventMs ?? 0),
      tokensPrompt: countOf(usage.tokensPrompt),
      tokensCompletion: countOf(usage.tokensCompletion),
      tokensReasoning: countOf(usage.tokensReasoning),
      tokensCached: countOf(usage.tokensCached),
      imagesCompletion: 0,
      error: receipt.error,
    },
    attempts: receipt.attempts,
    explanation: receipt.explanation,
  }
}

/** A count that is none (negative, a fraction, beyond exact numbers) would keep the whole settlement out of the ledger. */
function countOf(claimed: number): number {
  return Number.isSafeInteger(claimed) && claimed > 0 ? claimed : 0
}

/** PostgreSQL takes no NUL in a text. */
function nameOf(given: string | undefined): string | null {
  return given === undefined ? null : given.slice(0, NAME_CHARACTERS_MAX).replaceAll('\0', '')
}
