import { KeywayError } from '../base/errors.ts'
import { JsonError } from '../base/json-reader.ts'

/** What reading an event threw: JSON that is none is the provider’s fault. */
export function asInvalidReply(error: unknown): unknown {
  if (!(error instanceof JsonError)) return error
  return new KeywayError(
    'provider_invalid_reply',
    `The provider sent an event that is not valid JSON: ${error.message}.`,
    { cause: error },
  )
}
