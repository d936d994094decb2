import { KeywayError } from '../base/errors.ts'
import { JsonReader } from '../base/json-reader.ts'

/**
 * Parses one JSON object in which no name stands twice: two readers of it could otherwise take two different values.
 * @throws KeywayError `invalid_json`, `duplicate_field`
 */
export function parseStrictObject(body: unknown): Record<string, unknown> {
  if (!(body instanceof Uint8Array) || body.length === 0) throw notJson()
  const names = new Set<string>()
  try {
    const reader = new JsonReader(body)
    reader.openObject()
    while (reader.nextMember()) {
      const name = reader.nameText()
      if (names.has(name) || name === '__proto__') {
        throw new KeywayError('duplicate_field', `"${name.slice(0, 40)}" stands twice, or may not stand here.`)
      }
      names.add(name)
      reader.skip()
    }
    reader.finish()
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (error) {
    throw error instanceof KeywayError ? error : notJson(error)
  }
}

function notJson(cause?: unknown): KeywayError {
  return new KeywayError('invalid_json', 'The body is not one JSON object.', cause === undefined ? {} : { cause })
}
