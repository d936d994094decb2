import { type FinishReason, normaliseFinishReason } from '../finish-reason.ts'

/**
 * Why an answer ended, in OpenRouter's words and in the provider's: its status, or the reason why it is incomplete. An
 * answer that calls something at the client ended for that.
 * @see https://platform.openai.com/docs/api-reference/responses/object (status, incomplete_details; read 2026-11-24)
 */
export function readFinish(answer: { status: string | undefined; reason: string | undefined; calls: boolean }): {
  finishReason: FinishReason
  nativeFinishReason: string
} {
  const { status = 'completed', reason, calls } = answer
  if (status === 'failed' || status === 'cancelled') return { finishReason: 'error', nativeFinishReason: status }
  if (status === 'incomplete') {
    const native = reason ?? status
    return { finishReason: reason === undefined ? 'length' : normaliseFinishReason(reason), nativeFinishReason: native }
  }
  return { finishReason: calls ? 'tool_calls' : 'stop', nativeFinishReason: status }
}
