import type { Attempt } from '../router/attempt.ts'
import type { Peek, UsageReading } from '../wire/codec.ts'

/**
 * UTF-8 bytes of a token, about: English prose has 4, code and Chinese 3. The lower figure errs upward, so that leaving
 * early is never the cheaper way to read an answer.
 */
const BYTES_PER_TOKEN = 3

/**
 * Tokens of a document or a recording whose length nobody told us: some thirty pages, or ten minutes. Its bound is the
 * whole context, which would be no estimate.
 */
const DOCUMENT_TOKENS = 16_384

/** What was asked, as far as it costs. */
export type Asked = Pick<Peek, 'textBytes' | 'images' | 'files' | 'audios'>

/** What an answer used, guessed from what passed, when the provider never said: the client left, or the stream broke. */
export function estimateUsage(
  prompt: { asked: Asked; attempt: Attempt } | undefined,
  answerBytes: number,
): UsageReading {
  const output = Math.ceil(answerBytes / BYTES_PER_TOKEN)
  const input = prompt === undefined ? 0 : Math.ceil(prompt.asked.textBytes / BYTES_PER_TOKEN)
  const estimate: UsageReading = {
    basis: 'estimated',
    lines: [
      { item: 'input', quantity: input },
      { item: 'output', quantity: output },
    ],
    tokensPrompt: input,
    tokensCompletion: output,
    tokensReasoning: 0,
    tokensCached: 0,
    tokensCacheWrite: 0,
    reportedCost: undefined,
  }
  return prompt === undefined ? estimate : withMedia(estimate, prompt.asked, prompt.attempt)
}

/** An estimate from text alone, with what the request holds beside it. No prompt is longer than the context. */
export function withMedia(estimate: UsageReading, asked: Asked, attempt: Attempt): UsageReading {
  const { contextLength, partTokensMax: part } = attempt.endpoint
  const documents =
    asked.files * Math.min(part.file, DOCUMENT_TOKENS) + asked.audios * Math.min(part.audio, DOCUMENT_TOKENS)
  const media = asked.images * part.image + documents
  if (media === 0) return estimate
  const tokensPrompt = Math.min(
    estimate.tokensPrompt + media,
    Math.max(estimate.tokensPrompt, contextLength ?? Infinity),
  )
  const others = estimate.lines.filter(({ item }) => item !== 'input')
  return { ...estimate, tokensPrompt, lines: [{ item: 'input', quantity: tokensPrompt }, ...others] }
}
