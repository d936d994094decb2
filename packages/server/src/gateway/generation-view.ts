import { inflateRawSync } from 'node:zlib'
import { toUsdNumber } from '../base/money.ts'
import type { GenerationRecord } from '../store/records.ts'

/** An explanation beyond this is not one of ours. Bytes, inflated. */
const EXPLANATION_BYTES_MAX = 256 * 1024

/**
 * A generation as `GET /generation` answers it: OpenRouter's fields, and under `keyway` what it has no field for.
 * @see https://openrouter.ai/docs/api_reference/get-a-generation (read 2026-11)
 */
export function generationView(record: GenerationRecord, explanation: Uint8Array | undefined) {
  const { generation } = record
  const cost = toUsdNumber(record.amount)
  return {
    id: record.callId,
    request_id: generation.requestId,
    upstream_id: generation.upstreamId,
    model: generation.model,
    provider_name: generation.provider,
    api_type: 'completions',
    created_at: new Date(record.at).toISOString(),
    streamed: generation.streamed,
    cancelled: generation.cancelled,
    finish_reason: generation.finishReason,
    native_finish_reason: generation.nativeFinishReason,
    usage: cost,
    total_cost: cost,
    is_byok: false,
    upstream_inference_cost: 0,
    cache_discount: null,
    tokens_prompt: generation.tokensPrompt,
    tokens_completion: generation.tokensCompletion,
    native_tokens_prompt: generation.tokensPrompt,
    native_tokens_completion: generation.tokensCompletion,
    native_tokens_reasoning: generation.tokensReasoning,
    native_tokens_cached: generation.tokensCached,
    native_tokens_completion_images: generation.imagesCompletion,
    num_media_prompt: null,
    num_media_completion: null,
    num_input_audio_prompt: null,
    num_search_results: null,
    num_fetches: null,
    web_search_engine: null,
    latency: generation.firstEventMs ?? generation.latencyMs,
    generation_time: generation.generationMs,
    moderation_latency: null,
    app_id: generation.appId,
    // Never null: the SDK wants text here.
    origin: generation.origin ?? generation.referer ?? '',
    http_referer: generation.referer,
    user_agent: generation.userAgent,
    session_id: generation.sessionId,
    external_user: generation.externalUser,
    workspace_id: record.workspaceId,
    data_region: 'global',
    preset_id: null,
    router: null,
    service_tier: null,
    response_cache_source_id: null,
    provider_responses: record.attempts.map((attempt) => ({
      endpoint_id: attempt.endpoint,
      provider_name: attempt.provider,
      model_permaslug: generation.model,
      ...(attempt.status === null ? {} : { status: attempt.status }),
      latency: attempt.latencyMs,
      is_byok: false,
    })),
    keyway: {
      basis: record.basis,
      served_by: record.reach,
      price_version: record.priceVersion,
      lines: record.lines.map((line) => ({
        item: line.item,
        quantity: line.quantity,
        nano_usd_per_million: line.price,
        cost: toUsdNumber(line.amount),
      })),
      provider_cost: record.checkAmount === null ? null : toUsdNumber(record.checkAmount),
      status: generation.status,
      error: generation.error,
      tags: generation.tags,
      metadata: generation.metadata,
      attempts: record.attempts.map((attempt) => ({ ...attemptView(attempt), error: attempt.error })),
      explanation: explanation === undefined ? null : readExplanation(explanation),
    },
  }
}

function attemptView(attempt: GenerationRecord['attempts'][number]) {
  return {
    endpoint: attempt.endpoint,
    provider: attempt.provider,
    served_by: attempt.reach,
    status: attempt.status,
    outcome: attempt.outcome,
    latency: attempt.latencyMs,
  }
}

/** Short ones are stored as they are: deflating a few hundred bytes costs more than it saves. */
function readExplanation(bytes: Uint8Array): unknown {
  const text =
    bytes[0] === 0x7b /* { */ ? Buffer.from(bytes) : inflateRawSync(bytes, { maxOutputLength: EXPLANATION_BYTES_MAX })
  return JSON.parse(text.toString('utf8'))
}
