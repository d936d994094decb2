import { KeywayError } from '../../base/errors.ts'
import { asBuffer, JsonReader } from '../../base/json-reader.ts'
import { applySplices, type Splice } from '../../base/json-splice.ts'
import type { Codec, ReplyContext } from '../codec.ts'
import { estimateUsage } from '../estimate-usage.ts'
import { normaliseFinishReason } from '../finish-reason.ts'
import { asInvalidReply } from '../invalid-reply.ts'
import { emptySummary } from '../summary.ts'
import { readErrorInside } from '../upstream-error.ts'
import { type Message, MessageEditor } from './message.ts'
import { mergeUsage, readUsage } from './usage.ts'
import { writeUsage } from './write-usage.ts'

/**
 * A whole reply for the client: the provider's bytes with the edits of {@link MessageEditor} spliced in, and the charge
 * in its usage. A 200 that holds an error is handed back as one.
 * @throws KeywayError provider_invalid_reply when it is no JSON object, or no message
 */
export function reply(body: Uint8Array, context: ReplyContext): ReturnType<Codec['reply']> {
  const bytes = asBuffer(body)
  const splices: Splice[] = []
  const editor = new MessageEditor(context, splices)
  const summary = emptySummary()
  const message = inspect(bytes, editor)
  if (message === undefined) return { bytes: new Uint8Array(0), summary, error: readErrorInside(bytes) }
  const reading =
    readUsage(mergeUsage(undefined, message.usage)) ??
    estimateUsage({ request: context.requestBytes ?? 0, answer: message.answerBytes })
  summary.upstreamId = editor.upstreamId
  summary.upstreamModel = editor.upstreamModel
  summary.answerBytes = message.answerBytes
  summary.usage = reading
  if (message.stopReason !== undefined) {
    summary.finishReason = normaliseFinishReason(message.stopReason)
    summary.nativeFinishReason = message.stopReason
  }
  const priced = context.price(reading)
  if (message.usagePlace) message.usagePlace.text = writeUsage(message.usage, reading, priced)
  return { bytes: applySplices(bytes, splices), summary, error: undefined }
}

/** The message, or undefined when the body is an error. */
function inspect(bytes: Buffer, editor: MessageEditor): Message | undefined {
  try {
    const reader = new JsonReader(bytes)
    if (reader.kind() !== 'object') {
      reader.skip()
      reader.finish()
      throw new KeywayError('provider_invalid_reply', 'The provider answered with JSON that is no object.')
    }
    const message = editor.read(reader, 'place')
    reader.finish()
    if (message.type === 'error' || (message.hasError && !message.hasContent)) return undefined
    if (message.hasContent) return message
    throw new KeywayError('provider_invalid_reply', 'The provider answered with JSON that has no "content".')
  } catch (error) {
    throw asInvalidReply(error, 'answer')
  }
}
