import { readMembers } from '../base/json-splice.ts'
import type { NameTable } from '../base/name-table.ts'

/** Names and raw values, in order. The text has one character for each byte. */
export type Fields = readonly (readonly [name: string, raw: string])[]

/** The members of an object as they stand; none when it is no object. */
export function fieldsOf(raw: string | undefined, names: NameTable): Fields {
  if (raw === undefined || !raw.startsWith('{')) return []
  const fields: [string, string][] = []
  for (const { name, valueStart, valueEnd } of readMembers(Buffer.from(raw, 'latin1'), names)) {
    fields.push([name, raw.slice(valueStart, valueEnd)])
  }
  return fields
}

/** The last member of that name, as parsers read it. */
export function find(fields: Fields, name: string): string | undefined {
  for (let index = fields.length - 1; index >= 0; index--) {
    const field = fields[index]
    if (field !== undefined && field[0] === name) return field[1]
  }
  return undefined
}

/** The raw text of a number; undefined for any other value. */
export function decimal(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined
  const first = raw.charCodeAt(0)
  // A minus or a digit.
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? raw : undefined
}

/** No count comes near, and two of them still add up to a number. */
const COUNT_MAX = 1e300

/** A member that is a number, whatever number it is: one that no double holds (`1e400`) still has to be written as JSON. */
export function count(fields: Fields, name: string): number | undefined {
  const raw = decimal(find(fields, name))
  return raw === undefined ? undefined : Math.max(-COUNT_MAX, Math.min(COUNT_MAX, Number(raw)))
}
