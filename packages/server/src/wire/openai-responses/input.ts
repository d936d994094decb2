import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { invalid } from '../field-values.ts'
import { type Media, type MediaKind, partReader, readContent, textBytes } from '../part-media.ts'
import { sealedTail } from '../sealed.ts'
import { readTools, type ToolNotes } from './tools.ts'

const NAMES = new NameTable([
  'type',
  'id',
  'content',
  'output',
  'outputs',
  'tools',
  'encrypted_content',
  'image_url',
  'file_data',
  'file_url',
  'file_id',
  'input_audio',
  'data',
  'result',
])

/** The member that holds a part's data, and what a part with it counts as; `file_id` says nothing of its kind. */
const PAYLOADS: Readonly<Record<string, MediaKind | undefined>> = {
  image_url: 'image',
  file_data: 'file',
  file_url: 'file',
  file_id: undefined,
  input_audio: 'audio',
}

const readPart = partReader({ names: NAMES, payloads: PAYLOADS, readPayload })

/** What is learnt of the items on the way. */
export type InputNotes = ToolNotes & { media: Media; sealed: string | undefined }

/**
 * Steps over the array `input`: counts its media, and notes the tools that an item adds.
 * @returns how many items there are
 * @throws KeywayError invalid_request for a reference to an item that the provider keeps
 * @see https://platform.openai.com/docs/api-reference/responses/create (input; read 2026-11-24)
 */
export function readItems(reader: JsonReader, notes: InputNotes): number {
  let items = 0
  reader.openArray()
  while (reader.nextElement()) {
    items++
    if (reader.kind() === 'object') readItem(reader, notes)
    else reader.skip()
  }
  return items
}

function readItem(reader: JsonReader, notes: InputNotes): void {
  const { media } = notes
  const types: string[] = []
  let hasId = false
  let hasContent = false
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    if (name === 'content') hasContent = true
    if (name === 'type') {
      if (reader.kind() === 'string') types.push(reader.string())
      else reader.skip()
    } else if (name === 'content' || name === 'output' || name === 'outputs') {
      readContent(reader, media, readPart)
    } else if (name === 'tools' && reader.kind() === 'array') {
      readTools(reader, notes)
    } else if (name === 'encrypted_content' && reader.kind() === 'string') {
      notes.sealed = sealedTail(reader) ?? notes.sealed
    } else if (name === 'result' && reader.kind() === 'string') {
      // An image that the model made in an earlier turn, as base64, which it sees again.
      if (reader.stringBytes() > 0) media.images++
    } else {
      if (name === 'id') hasId = true
      reader.skip()
    }
  }
  // `{"id": ...}` without a type, or with a null one, is the short form of a reference; only a message needs no type.
  if (types.includes('item_reference') || (types.length === 0 && hasId && !hasContent)) {
    throw invalid('input', 'of whole items: no answers are kept, so send each item as it was answered, not its id')
  }
}

/** The `data` of a recording. */
function readPayload(reader: JsonReader): number {
  let fields = 0
  let encoded = 0
  reader.openObject()
  while (reader.nextMember()) {
    if (reader.name(NAMES) === 'data' && reader.kind() === 'string') {
      fields++
      encoded = textBytes(reader)
    } else {
      reader.skip()
    }
  }
  return fields === 1 ? encoded : 0
}
