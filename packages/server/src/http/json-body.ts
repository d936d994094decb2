import { KeywayError } from '../base/errors.ts'
import { parseStrictObject } from './strict-json.ts'

/** A management request is a few fields; more is a mistake or an attack. Bytes. */
const BODY_BYTES_MAX = 256 * 1024

/**
 * Parses a body of the management API: one object, each of its fields once.
 * @param bytesMax where a route takes more than a few fields
 * @throws KeywayError invalid_json, duplicate_field, body_too_large
 */
export function parseJson(body: unknown, bytesMax = BODY_BYTES_MAX): unknown {
  if (!(body instanceof Uint8Array)) throw new KeywayError('invalid_json', 'The body must be one JSON object.')
  if (body.length > bytesMax) throw new KeywayError('body_too_large', `The body is larger than ${bytesMax} bytes.`)
  return parseStrictObject(body)
}
