import type { Selectable } from 'kysely'
import type { GenerationDraft, Settlement } from './records.ts'
import type { Schema } from './schema.ts'

/** Any fixed number: the family of locks by which PostgreSQL's processes show that they live. */
export const PRESENCE_LOCK = 0x6b77

/** What the generation's row says of a call that its process did not live to settle. */
export const INTERRUPTED = 'interrupted: Keyway ended before this call was settled'

/**
 * The settlement of a hold whose process is gone: the input's estimate and the last checkpoint of the output, never
 * above the hold. It has no lines, since nobody counted the tokens.
 */
export function settleAbandoned(hold: Selectable<Schema['hold']>): Settlement {
  const draft: GenerationDraft = JSON.parse(hold.draft)
  return {
    callId: hold.call_id,
    keyHash: hold.key_hash,
    userId: hold.user_id,
    workspaceId: hold.workspace_id,
    at: Number(hold.at),
    amount: hold.input + (hold.streamed < hold.output ? hold.streamed : hold.output),
    lines: [],
    basis: 'estimated',
    checkAmount: null,
    priceVersion: '',
    // Which credential was being tried is not known; a person's own burdens nobody else.
    reach: 'own',
    generation: {
      ...draft,
      upstreamId: null,
      finishReason: null,
      nativeFinishReason: null,
      cancelled: true,
      status: 500,
      latencyMs: 0,
      firstEventMs: null,
      generationMs: 0,
      tokensPrompt: 0,
      tokensCompletion: 0,
      tokensReasoning: 0,
      tokensCached: 0,
      imagesCompletion: 0,
      error: INTERRUPTED,
    },
    attempts: [],
    explanation: null,
  }
}
