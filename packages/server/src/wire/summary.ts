import type { ReplySummary } from './codec.ts'

/** Of an answer that has told nothing yet. */
export function emptySummary(): ReplySummary {
  return {
    upstreamId: undefined,
    upstreamModel: undefined,
    finishReason: undefined,
    nativeFinishReason: undefined,
    usage: undefined,
    begun: undefined,
    answerBytes: 0,
  }
}
