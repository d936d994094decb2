import { isUtf8 } from 'node:buffer'
import { KeywayError } from '../base/errors.ts'
import { JsonError, JsonReader } from '../base/json-reader.ts'
import type { NameTable } from '../base/name-table.ts'
import { invalid } from './field-values.ts'

/** Different fields of a request. Every documented one of every provider together are some 200; more is an attack on our memory. */
const FIELDS_MAX = 1024

/** What a format's requests are made of. */
export type RequestShape = {
  /** Every documented field, so that its name costs no new string. */
  names: NameTable
  /** Top-level fields that we read or edit: each may stand once, or we and the provider could read two different values. */
  single: ReadonlySet<string>
}

/**
 * Steps over a request's top-level fields, and checks that the body is JSON that nobody can read in two ways.
 * @param read steps over the value of a field that the shape names; of others the value is checked as JSON only
 * @returns the names of all fields
 * @throws KeywayError invalid_json, duplicate_field, invalid_request
 */
export function readRequest(
  body: Uint8Array,
  shape: RequestShape,
  read: (reader: JsonReader, name: string) => void,
): Set<string> {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) {
    throw new KeywayError('invalid_json', 'The body begins with a byte order mark; expected "{".')
  }
  if (!isUtf8(body)) throw new KeywayError('invalid_json', 'The body is not valid UTF-8.')
  const reader = new JsonReader(body)
  if (reader.kind() !== 'object') throw new KeywayError('invalid_json', 'The body is not a JSON object.')
  try {
    return readFields(reader, shape, read)
  } catch (error) {
    if (error instanceof JsonError)
      throw new KeywayError('invalid_json', `The body is not valid JSON: ${error.message}.`, { cause: error })
    throw error
  }
}

function readFields(
  reader: JsonReader,
  shape: RequestShape,
  read: (reader: JsonReader, name: string) => void,
): Set<string> {
  const fields = new Set<string>()
  reader.openObject()
  while (reader.nextMember()) {
    const known = reader.name(shape.names)
    const name = known ?? reader.nameText()
    if (fields.has(name)) refuseDuplicate(name, shape.single)
    fields.add(name)
    if (fields.size > FIELDS_MAX) throw invalid('body', `an object of at most ${FIELDS_MAX} fields`)
    if (known === undefined) reader.skip()
    else read(reader, known)
    if (reader.overflow !== undefined) refuseOverflow(name, reader.overflow)
  }
  reader.finish()
  refuseFolded(fields, shape)
  return fields
}

/** One provider would read infinity, another refuse, a third take its largest number: nobody could say what was asked. */
function refuseOverflow(name: string, number: string): never {
  throw invalid(name.slice(0, 40), 'of numbers that a double holds, up to 1.8e308', number)
}

function refuseDuplicate(name: string, single: ReadonlySet<string>): void {
  if (single.has(name)) throw new KeywayError('duplicate_field', `The field "${name}" stands twice; expected it once.`)
}

/**
 * Some providers (Ollama, others written in Go) match names without regard to case, by Unicode's simple folding: to
 * them `Model` after `model` is the model, and `N` alone is how many answers to bill. Upper case first, since it folds
 * the long s and the Kelvin sign too.
 * @see https://pkg.go.dev/encoding/json#Unmarshal (read 2026-11-21)
 */
function refuseFolded(fields: ReadonlySet<string>, { names, single }: RequestShape): void {
  for (const name of fields) {
    if (names.findText(name) !== undefined) continue
    const folded = name.toUpperCase().toLowerCase()
    if (folded === name || !single.has(folded)) continue
    if (!fields.has(folded)) throw invalid(name.slice(0, 40), `spelled "${folded}": some providers read it so`)
    throw new KeywayError(
      'duplicate_field',
      `The field "${folded}" stands twice, once as ${JSON.stringify(name)}; some providers read both as one.`,
    )
  }
}
