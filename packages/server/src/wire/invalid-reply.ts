import { KeywayError } from '../base/errors.ts'
import { JsonError } from '../base/json-reader.ts'

/** What reading an event or a whole answer threw: JSON that is none is the provider’s fault. */
export function asInvalidReply(error: unknown, what: 'event' | 'answer'): unknown {
  if (!(error instanceof JsonError)) return error
  return new KeywayError(
    'provider_invalid_reply',
    `The provider sent an ${what} that is not valid JSON: ${error.message}.`,
    { cause: error },
  )
}
