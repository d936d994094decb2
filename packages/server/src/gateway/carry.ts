import type { CancelSignal } from '../base/cancellation.ts'
import { KeywayError } from '../base/errors.ts'
import { redactSecrets } from '../router/redact.ts'
import type { StreamEditor, StreamStep, UpstreamError } from '../wire/codec.ts'
import { CLIENT_GONE, type Sink } from './call.ts'

/** An upstream stream past its first event. */
export type OpenStream = {
  editor: StreamEditor
  body: AsyncIterator<Uint8Array>
  destroy(): void
  /** Blanks the secret that the stream was asked for with. */
  blank(error: UpstreamError): UpstreamError
  /** Edited bytes up to and including the first event, and what the stream had come to with them. */
  first: Pick<StreamStep, 'bytes' | 'ended' | 'error'>
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
    let step = stream.first
    for (;;) {
      if (step.ended) context.complete()
      if (step.bytes.length > 0 && !sink.write(step.bytes)) await sink.drained()
      // What came of the answer before the error has been paid for, and was written first.
      if (step.error) throw upstreamFailure(stream.blank(step.error), context.provider)
      if (step.ended) return { outcome: 'complete', error: undefined }
      const next = await body.next()
      if (context.signal.aborted) throw context.signal.reason
      step = next.done ? lastStep(editor) : editor.push(next.value)
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

/** What the editor still had when the provider closed; an error when the answer was not complete. */
function lastStep(editor: StreamEditor): OpenStream['first'] {
  const { step, complete } = editor.end()
  if (complete || step.error) return { ...step, ended: complete }
  const message = 'the stream was closed before its end'
  return { ...step, error: { status: 502, message, code: undefined, raw: '' } }
}

/** An error that came as an event, in the words of the envelope. A provider's words may quote what it was sent. */
function upstreamFailure(error: UpstreamError, provider: string): KeywayError {
  return new KeywayError('stream_broken', `${provider}: ${redactSecrets(error.message)}`, {
    metadata: {
      provider_name: provider,
      ...(error.raw === '' ? {} : { raw: redactSecrets(error.raw) }),
      ...(error.code === undefined ? {} : { provider_code: redactSecrets(error.code) }),
    },
  })
}
