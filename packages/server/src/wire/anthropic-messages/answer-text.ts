import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Hole } from '../event-template.ts'

/**
 * What a block, or a delta of one, is paid for; citations and the results of tools are not the model's words. `signature`
 * and `data` are thoughts that only Anthropic can read, whether or not some of them, or a summary, are shown besides.
 */
const TEXTS = new NameTable(['text', 'thinking', 'partial_json', 'name', 'input', 'content', 'signature', 'data'])

/**
 * Steps over a content block or a delta of one.
 * @param holes is given each string that was counted
 * @returns the UTF-8 bytes of text, thinking, summary and tool call in it; those of sealed thoughts; and whether the first
 * are the strings' own, and all
 */
export function blockBytes(reader: JsonReader, holes: Hole[]): { bytes: number; sealed: number; repeatable: boolean } {
  let bytes = 0
  let sealed = 0
  let repeatable = true
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(TEXTS)
    const start = reader.pos
    const kind = reader.kind()
    if ((name === 'signature' || name === 'data') && kind === 'string') {
      sealed += reader.stringBytes()
      repeatable = false
    } else if (name !== undefined && kind === 'string') {
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
  return { bytes, sealed, repeatable }
}

/** Steps over a list of content blocks; the bytes of what the model wrote in it. */
export function contentBytes(reader: JsonReader): number {
  let bytes = 0
  reader.openArray()
  while (reader.nextElement()) {
    if (reader.kind() !== 'object') {
      reader.skip()
      continue
    }
    const block = blockBytes(reader, [])
    bytes += Math.max(block.bytes, block.sealed)
  }
  return bytes
}
