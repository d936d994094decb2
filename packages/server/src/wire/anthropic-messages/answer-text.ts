import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Hole } from '../event-template.ts'

/** What a block, or a delta of one, is paid for. Signatures, citations and the results of tools are not the model's words. */
const TEXTS = new NameTable(['text', 'thinking', 'partial_json', 'name', 'input', 'content'])

/**
 * Steps over a content block or a delta of one.
 * @param holes is given each string that was counted
 * @returns the UTF-8 bytes of text, thinking, summary and tool call in it; and whether these are the strings' own
 */
export function blockBytes(reader: JsonReader, holes: Hole[]): { bytes: number; repeatable: boolean } {
  let bytes = 0
  let repeatable = true
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(TEXTS)
    const start = reader.pos
    const kind = reader.kind()
    if (name !== undefined && kind === 'string') {
      const length = reader.stringBytes()
      bytes += length
      holes.push({ start, end: reader.pos, counted: true })
    } else {
      reader.skip()
      // A tool call's arguments as an object; `{}` stands for those that follow in pieces.
      if (name === 'input' && kind === 'object' && reader.pos - start > 2) {
        bytes += reader.pos - start
        repeatable = false
      }
    }
  }
  return { bytes, repeatable }
}

/** Steps over a list of content blocks; the bytes of what the model wrote in it. */
export function contentBytes(reader: JsonReader): number {
  let bytes = 0
  reader.openArray()
  while (reader.nextElement()) {
    if (reader.kind() === 'object') bytes += blockBytes(reader, []).bytes
    else reader.skip()
  }
  return bytes
}
