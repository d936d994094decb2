import type { AnswerFailure, AnswerFigures, TokenPrices } from '@keyway/contract'
import type { ErrorBody } from '../base/errors.ts'
import { shortUsd } from '../base/money.ts'
import type { ChargeLine, Settlement } from '../store/records.ts'

/** What an answer took, as its call was settled. */
export function figuresOf(settled: Omit<Settlement, 'explanation'>): AnswerFigures {
  const { generation, callId, amount, basis, reach, lines } = settled
  return {
    generation_id: callId,
    provider: generation.provider,
    served_by: reach,
    cost_usd: shortUsd(amount),
    estimated: basis === 'estimated',
    tokens_prompt: generation.tokensPrompt,
    tokens_completion: generation.tokensCompletion,
    tokens_reasoning: generation.tokensReasoning,
    tokens_cached: generation.tokensCached,
    first_token_ms: generation.firstEventMs,
    total_ms: generation.latencyMs,
    finish_reason: generation.finishReason,
    usd_per_million: pricesIn(lines),
  }
}

function pricesIn(lines: readonly ChargeLine[]): TokenPrices {
  const of = (name: keyof TokenPrices, item: ChargeLine['item']): TokenPrices => {
    const line = lines.find((one) => one.item === item)
    return line === undefined ? {} : { [name]: shortUsd(BigInt(line.price)) }
  }
  return { ...of('input', 'input'), ...of('cached', 'input.cache-read'), ...of('output', 'output') }
}

/** An error of the gateway's, as its envelope holds it, in the words of the app. */
export function failureOf({
  message,
  metadata,
}: Pick<ErrorBody['error'], 'message'> & { metadata: object }): AnswerFailure {
  const told: Record<string, unknown> = { ...metadata }
  const text = (name: string) => (typeof told[name] === 'string' ? told[name] : '')
  return {
    code: text('reason') || 'provider_unavailable',
    message,
    fix: text('fix'),
    docs_url: text('docs_url'),
  }
}
