import { KeywayError } from '../../base/errors.ts'
import { asBuffer, JsonReader } from '../../base/json-reader.ts'
import { applySplices } from '../../base/json-splice.ts'
import type { Codec, ReplyContext, ReplySummary, UpstreamError } from '../codec.ts'
import { estimateUsage } from '../estimate-usage.ts'
import { asInvalidReply } from '../invalid-reply.ts'
import { readUsage } from '../openai-usage.ts'
import { emptySummary } from '../summary.ts'
import { readErrorInside } from '../upstream-error.ts'
import { readFinish } from './finish.ts'
import { ResponseEditor } from './response.ts'
import { parseUsage } from './usage-fields.ts'
import { writeUsage } from './write-usage.ts'

/**
 * A whole reply for the client: the provider's bytes with the edits of {@link ResponseEditor} spliced in. A 200 that
 * holds an error, or an answer that failed, is handed back as an error.
 * @throws KeywayError provider_invalid_reply when it is no JSON object, or no answer
 */
export function reply(body: Uint8Array, context: ReplyContext): ReturnType<Codec['reply']> {
  const bytes = asBuffer(body)
  const response = new ResponseEditor(context)
  const summary = emptySummary()
  const error = inspect(bytes, response)
  summarise(response, summary)
  if (response.output !== undefined) {
    summary.answerBytes = response.output.bytes
    summary.sealed = response.output.sealed
    Object.assign(summary, readFinish({ ...response, calls: response.output.calls }))
  }
  if (error !== undefined) return { bytes: new Uint8Array(0), summary, error }
  settle(response, summary, context)
  return { bytes: applySplices(bytes, response.splices), summary, error: undefined }
}

/** Writes into the summary what an answer has told of its origin. */
export function summarise(response: ResponseEditor, summary: ReplySummary): void {
  summary.upstreamId = response.upstreamId
  summary.upstreamModel = response.upstreamModel
}

/** The answer ends: its usage is read or guessed, priced, and written where it stands. */
export function settle(response: ResponseEditor, summary: ReplySummary, context: ReplyContext): void {
  const usage = parseUsage(response.usage)
  const reading =
    readUsage(usage, context.dialect) ??
    estimateUsage({ request: context.requestBytes ?? 0, answer: summary.answerBytes })
  summary.usage = reading
  response.close(writeUsage(usage, reading, context.price(reading)))
}

/** The error of an answer that failed, from the bytes that it stands in; undefined when it did not. */
export function failureOf(
  response: Pick<ResponseEditor, 'status' | 'error'>,
  bytes: Buffer,
): UpstreamError | undefined {
  const failed = response.status === 'failed' || response.status === 'cancelled'
  if (response.error !== undefined) return readErrorInside(bytes.subarray(response.error.start, response.error.end))
  return failed ? readErrorInside(Buffer.from('{"code":"server_error","message":"The answer failed."}')) : undefined
}

function inspect(bytes: Buffer, response: ResponseEditor): UpstreamError | undefined {
  try {
    const reader = new JsonReader(bytes)
    if (reader.kind() === 'object') response.read(reader)
    else reader.skip()
    reader.finish()
  } catch (error) {
    throw asInvalidReply(error, 'answer')
  }
  const failure = failureOf(response, bytes)
  if (failure !== undefined) return failure
  if (response.output !== undefined) return undefined
  throw new KeywayError('provider_invalid_reply', 'The provider answered with JSON that has no "output".')
}
