import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { invalid } from '../field-values.ts'
import { countMedia, dataUrlBytes, kindOfType, type Media, type MediaKind } from '../part-media.ts'
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

/** What is learnt of the items on the way. */
export type InputNotes = ToolNotes & { media: Media; sealed: string | undefined }

/**
 * Steps over the array `input`: counts its media, and notes the tools that an item adds.
 *
 * The count is for a ceiling, so it errs upward: a part counts by its `type` and by its payload's name, whichever says
 * image, file or audio; base64 is taken off the text only where a part states one type and holds one payload of it.
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
      readContent(reader, media)
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

/** A string, a part, or a list of parts. */
function readContent(reader: JsonReader, media: Media): void {
  const kind = reader.kind()
  if (kind === 'object') {
    readPart(reader, media)
  } else if (kind === 'array') {
    reader.openArray()
    while (reader.nextElement()) {
      if (reader.kind() === 'object') readPart(reader, media)
      else reader.skip()
    }
  } else {
    reader.skip()
  }
}

function readPart(reader: JsonReader, media: Media): void {
  let types = 0
  let typeKind: MediaKind | undefined
  let payloads = 0
  let payloadKind: MediaKind | undefined
  let encoded = 0
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    if (name === 'type' && reader.kind() === 'string') {
      types++
      typeKind = kindOfType(reader.string()) ?? typeKind
    } else if (name === 'content') {
      readContent(reader, media)
    } else if (name !== undefined && Object.hasOwn(PAYLOADS, name) && reader.kind() !== 'null') {
      payloads++
      payloadKind = PAYLOADS[name] ?? payloadKind
      encoded = readPayload(reader)
    } else {
      reader.skip()
    }
  }
  const kind = typeKind ?? payloadKind
  if (kind === undefined) return
  countMedia(media, kind)
  if (types === 1 && payloads === 1 && typeKind === payloadKind) media.encodedBytes += encoded
}

/** Steps over a payload; gives the bytes of its base64: a data URL, or the `data` of a recording. */
function readPayload(reader: JsonReader): number {
  if (reader.kind() === 'string') return dataUrlBytes(reader)
  if (reader.kind() !== 'object') {
    reader.skip()
    return 0
  }
  let fields = 0
  let encoded = 0
  reader.openObject()
  while (reader.nextMember()) {
    const isData = reader.name(NAMES) === 'data' && reader.kind() === 'string'
    const start = reader.pos
    reader.skip()
    if (!isData) continue
    fields++
    encoded = reader.pos - start - 2
  }
  return fields === 1 ? encoded : 0
}
