import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'

const MESSAGE_NAMES = new NameTable([
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'tool_calls',
  'function_call',
])
const TEXT_NAMES = new NameTable([
  'text',
  'content',
  'thinking',
  'summary',
  'function',
  'name',
  'arguments',
  'custom',
  'input',
])

/** Strings that may differ from one chunk to the next without any edit changing: where they stand, quotes included. */
export type Hole = { start: number; end: number; counted: boolean }

/**
 * Steps over a `message` or `delta` and counts what an answer is paid for, in UTF-8 bytes: text, tool calls, and
 * reasoning once, though some providers send it under two names.
 * @param holes is given each string that was counted
 * @returns `additive` is false when the count is not the sum of those strings
 */
export function readMessage(reader: JsonReader, holes: Hole[]): { bytes: number; additive: boolean } {
  let bytes = 0
  let reasoning = 0
  let reasonings = 0
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(MESSAGE_NAMES)
    if (name === undefined) {
      reader.skip()
    } else if (name.startsWith('reasoning')) {
      if (reader.kind() !== 'null') reasonings++
      const found = textBytes(reader, holes)
      if (found > reasoning) reasoning = found
    } else {
      bytes += textBytes(reader, holes)
    }
  }
  return { bytes: bytes + reasoning, additive: reasonings < 2 }
}

/** Steps over a value; the bytes of the text in it: a string itself, or the text members of parts and calls. */
function textBytes(reader: JsonReader, holes: Hole[]): number {
  const kind = reader.kind()
  if (kind === 'string') {
    const start = reader.pos
    const bytes = reader.stringBytes()
    holes.push({ start, end: reader.pos, counted: true })
    return bytes
  }
  let bytes = 0
  if (kind === 'array') {
    reader.openArray()
    while (reader.nextElement()) bytes += textBytes(reader, holes)
  } else if (kind === 'object') {
    reader.openObject()
    while (reader.nextMember()) {
      if (reader.name(TEXT_NAMES) === undefined) reader.skip()
      else bytes += textBytes(reader, holes)
    }
  } else {
    reader.skip()
  }
  return bytes
}
