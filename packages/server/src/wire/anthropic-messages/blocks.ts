import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { countMedia, kindOfType, type Media, readContent, textBytes } from '../part-media.ts'

/** What a block's `source` is, when it says so once; and the bytes of its base64. */
type Source = { type: string | undefined; encoded: number }

const NAMES = new NameTable(['content', 'type', 'source', 'data'])

/**
 * Steps over the array `messages` and counts its media, adding to `media`.
 *
 * The count is for a ceiling, so it errs upward: a block counts by its type, one of an unknown type by its source; base64
 * is taken off the text only where a block states one type and one source with one piece of data. A document that is
 * plain text, or a list of blocks, is what it holds. Blocks inside tool results and fetched pages count too.
 * @see https://platform.claude.com/docs/en/api/messages/create (messages; read 2026-11-29)
 * @returns how many messages there are
 */
export function readMessages(reader: JsonReader, media: Media): number {
  let messages = 0
  reader.openArray()
  while (reader.nextElement()) {
    messages++
    if (reader.kind() !== 'object') {
      reader.skip()
      continue
    }
    reader.openObject()
    while (reader.nextMember()) {
      if (reader.name(NAMES) === 'content') readContent(reader, media, readBlock)
      else reader.skip()
    }
  }
  return messages
}

function readBlock(reader: JsonReader, media: Media): void {
  let types = 0
  let type = ''
  let sources = 0
  let source: Source = { type: undefined, encoded: 0 }
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    const kind = reader.kind()
    if (name === 'type' && kind === 'string') {
      types++
      type = reader.string()
    } else if (name === 'source' && kind === 'object') {
      sources++
      source = readSource(reader, media)
    } else if (name === 'content') {
      readContent(reader, media, readBlock)
    } else {
      reader.skip()
    }
  }
  const kind = kindOfType(type) ?? (sources > 0 ? 'file' : undefined)
  if (kind === undefined) return
  const clear = types === 1 && sources === 1
  if (clear && kind === 'file' && (source.type === 'text' || source.type === 'content')) return
  countMedia(media, kind)
  if (clear && source.type === 'base64') media.encodedBytes += source.encoded
}

function readSource(reader: JsonReader, media: Media): Source {
  let types = 0
  let type = ''
  let pieces = 0
  let encoded = 0
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    const kind = reader.kind()
    if (name === 'type' && kind === 'string') {
      types++
      type = reader.string()
    } else if (name === 'data' && kind === 'string') {
      pieces++
      encoded = textBytes(reader)
    } else if (name === 'content') {
      readContent(reader, media, readBlock)
    } else {
      reader.skip()
    }
  }
  return { type: types === 1 ? type : undefined, encoded: pieces === 1 ? encoded : 0 }
}
