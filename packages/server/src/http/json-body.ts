import { KeywayError } from '../base/errors.ts'

/** A management request is a few fields; more is a mistake or an attack. Bytes. */
const BODY_BYTES_MAX = 256 * 1024

/**
 * Parses a body of the management API.
 * @param bytesMax where a route takes more than a few fields
 * @throws KeywayError invalid_json, body_too_large
 */
export function parseJson(body: unknown, bytesMax = BODY_BYTES_MAX): unknown {
  if (!(body instanceof Uint8Array)) throw new KeywayError('invalid_json', 'The body must be one JSON object.')
  if (body.length > bytesMax) throw new KeywayError('body_too_large', `The body is larger than ${bytesMax} bytes.`)
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  } catch (cause) {
    throw new KeywayError('invalid_json', 'The body is not JSON.', { cause })
  }
}
