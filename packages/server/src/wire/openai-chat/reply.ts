import { KeywayError } from '../../base/errors.ts'
import { asBuffer } from '../../base/json-reader.ts'
import { applySplices } from '../../base/json-splice.ts'
import type { Codec, ReplyContext, ReplySummary } from '../codec.ts'
import { estimateUsage } from '../estimate-usage.ts'
import { asInvalidReply } from '../invalid-reply.ts'
import { readUsage } from '../openai-usage.ts'
import { emptySummary } from '../summary.ts'
import { readErrorInside } from '../upstream-error.ts'
import { AnswerEditor } from './answer.ts'
import { parseUsage } from './usage-fields.ts'
import { writeUsage } from './write-usage.ts'

/**
 * A whole reply for the client: the provider's bytes with the edits of {@link AnswerEditor} spliced in, a missing
 * `system_fingerprint` added as null, and usage in its place, priced. A 200 that holds an error is handed back as one.
 * @throws KeywayError provider_invalid_reply when it is no JSON object, or no answer
 */
export function reply(body: Uint8Array, context: ReplyContext): ReturnType<Codec['reply']> {
  const bytes = asBuffer(body)
  const editor = new AnswerEditor(context)
  const error = inspect(bytes, editor)
  const summary = emptySummary()
  summarise(editor, summary)
  if (error) return { bytes: new Uint8Array(0), summary, error }
  const usage = parseUsage(editor.usage)
  const reading =
    readUsage(usage, context.dialect) ??
    estimateUsage({ request: context.requestBytes ?? 0, answer: editor.account.answerBytes })
  summary.usage = reading
  const priced = context.price(reading)
  if (editor.usagePlace) editor.usagePlace.text = writeUsage(usage, reading, priced)
  return { bytes: applySplices(bytes, editor.splices), summary, error: undefined }
}

/** Writes into the summary what an answer has told so far; its usage is the caller's. */
export function summarise(editor: AnswerEditor, summary: ReplySummary): void {
  summary.upstreamId = editor.upstreamId
  summary.upstreamModel = editor.upstreamModel
  summary.finishReason = editor.account.finishReason
  summary.nativeFinishReason = editor.account.nativeFinishReason
  summary.answerBytes = editor.account.answerBytes
}

function inspect(bytes: Buffer, editor: AnswerEditor) {
  try {
    const isObject = editor.read(bytes, { start: 0, end: bytes.length, whole: true, usage: 'place' })
    if (isObject && editor.error === undefined && editor.choices !== undefined) return undefined
    const error = readErrorInside(bytes)
    if (editor.error !== undefined || (!isObject && error.code !== undefined)) return error
    throw new KeywayError('provider_invalid_reply', 'The provider answered with JSON that has no "choices".')
  } catch (error) {
    throw asInvalidReply(error, 'answer')
  }
}
