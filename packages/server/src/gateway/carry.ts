import type { CancelSignal } from '../base/cancellation.ts'
import { KeywayError } from '../base/errors.ts'
import type { StreamEditor, UpstreamError } from '../wire/codec.ts'
import { CLIENT_GONE, type Sink } from './call.ts'

/** An upstream stream past its first event. */
export type OpenStream = {
  editor: StreamEditor
  body: AsyncIterator<Uint8Array>
  destroy(): void
  /** Edited bytes up to and including the first event. */
  first: Uint8Array
  /** The first bytes held the whole stream. */
  ended: boolean
}

export type CarryContext = {
  signal: CancelSignal
  /** Called after each chunk with the bytes of answer that have passed so far. */
  passed(answerBytes: number): void
  /** Called once when usage is known, before the last bytes go out, so that /generation answers before [DONE] arrives. */
  complete(): void
  /** The event that tells the client of a failure, in its own format. */
  errorEvent(error: KeywayError): Uint8Array
  /** The provider's name, for people. */
  provider: string
}

/** How the stream ended for the client. */
export type Ending = { outcome: 'complete' | 'cancelled' | 'broken'; error: KeywayError | undefined }

/**
 * Moves the rest of a stream from the provider to the client, at the client's pace: upstream is not read while the sink
 * is full. A stream that breaks ends with an error event in the client's own format, never with a clean close.
 */
export async function carry(stream: OpenStream, sink: Sink, context: CarryContext): Promise<Ending> {
  const { editor, body } = stream
  try {
    let { ended, first: bytes } = stream
    for (;;) {
      if (ended) context.complete()
      if (bytes.length > 0 && !sink.write(bytes)) await sink.drained()
      if (ended) return { outcome: 'complete', error: undefined }
      const next = await body.next()
      if (context.signal.aborted) throw context.signal.reason
      if (next.done) {
        const { step, complete } = editor.end()
        if (!complete) throw new KeywayError('stream_broken', `${context.provider} closed the stream before its end.`)
        bytes = step.bytes
        ended = true
        continue
      }
      const step = editor.push(next.value)
      if (step.error) throw upstreamFailure(step.error, context.provider)
      bytes = step.bytes
      ended = step.ended
      context.passed(editor.summary.answerBytes)
    }
  } catch (cause) {
    // The client's leaving and our ending of the call both arrive as the signal's reason, whatever the socket said first.
    const reason: unknown = context.signal.aborted ? context.signal.reason : cause
    if (reason === CLIENT_GONE) return { outcome: 'cancelled', error: undefined }
    const error =
      reason instanceof KeywayError
        ? reason
        : new KeywayError('stream_broken', `The stream from ${context.provider} broke.`, { cause: reason })
    sink.write(context.errorEvent(error))
    return { outcome: 'broken', error }
  } finally {
    stream.destroy()
  }
}

/** An error that came as an event, in the words of the envelope. */
function upstreamFailure(error: UpstreamError, provider: string): KeywayError {
  return new KeywayError('stream_broken', `${provider}: ${error.message}`, {
    metadata: {
      provider_name: provider,
      raw: error.raw,
      ...(error.code === undefined ? {} : { provider_code: error.code }),
    },
  })
}
