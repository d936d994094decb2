import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Hole } from '../event-template.ts'
import type { ToolCallEditor } from './tool-calls.ts'

const MESSAGE_NAMES = new NameTable([
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'tool_calls',
  'function_call',
])
/** Members of a message's parts and tool calls whose text is an answer. */
export const TEXT_NAMES = [
  'text',
  'content',
  'thinking',
  'summary',
  'function',
  'name',
  'arguments',
  'custom',
  'input',
] as const
const TEXTS = new NameTable(TEXT_NAMES)

/** Where what is read is written down. */
export type MessageNotes = {
  /** Is given each string that was counted. */
  holes: Hole[]
  /** Of a delta; undefined in a whole message, whose tool calls have their order alone. */
  tools: ToolCallEditor | undefined
}

/**
 * Steps over a `message` or `delta` and counts what an answer is paid for, in UTF-8 bytes: text, tool calls, and
 * reasoning once, though some providers send it under two names.
 * @returns `repeatable` is false when the count is not the sum of the strings that were counted, or when another chunk like
 * this one needs other edits
 */
export function readMessage(
  reader: JsonReader,
  { holes, tools }: MessageNotes,
): { bytes: number; repeatable: boolean } {
  let bytes = 0
  let reasoning = 0
  let reasonings = 0
  let repeatable = true
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(MESSAGE_NAMES)
    if (name === undefined) {
      reader.skip()
    } else if (name.startsWith('reasoning')) {
      if (reader.kind() !== 'null') reasonings++
      const found = textBytes(reader, holes)
      if (found > reasoning) reasoning = found
    } else if (name === 'tool_calls' && tools !== undefined) {
      const found = tools.read(reader)
      bytes += found.bytes
      if (!found.repeatable) repeatable = false
    } else {
      bytes += textBytes(reader, holes)
    }
  }
  return { bytes: bytes + reasoning, repeatable: repeatable && reasonings < 2 }
}

/** Steps over a value; the bytes of the text in it: a string itself, or the text members of parts and calls. */
export function textBytes(reader: JsonReader, holes: Hole[]): number {
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
      if (reader.name(TEXTS) === undefined) reader.skip()
      else bytes += textBytes(reader, holes)
    }
  } else {
    reader.skip()
  }
  return bytes
}
