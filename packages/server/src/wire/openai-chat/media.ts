import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { countMedia, dataUrlBytes, kindOfType, type Media, type MediaKind } from '../part-media.ts'

const NAMES = new NameTable([
  'content',
  'images',
  'audio',
  'type',
  'image_url',
  'input_image',
  'file',
  'input_audio',
  'video_url',
  'url',
  'file_data',
  'data',
])

/** The member that holds a part's data, and what a part with it counts as. */
const PAYLOADS: Readonly<Record<string, MediaKind>> = {
  image_url: 'image',
  input_image: 'image',
  file: 'file',
  video_url: 'file',
  input_audio: 'audio',
}

/**
 * Steps over the array `messages` and counts its media, adding to `media`.
 *
 * The count is for a ceiling, so it errs upward: a part counts by its `type` and by its payload's name, whichever says
 * image, file or audio; base64 is taken off the text only where a part states one type and holds one payload of it.
 * @see https://platform.openai.com/docs/api-reference/chat/create (messages, content parts; read 2026-11-21)
 * @returns how many messages there are
 */
export function readMessages(reader: JsonReader, media: Media): number {
  let messages = 0
  reader.openArray()
  while (reader.nextElement()) {
    messages++
    if (reader.kind() === 'object') readMessage(reader, media)
    else reader.skip()
  }
  return messages
}

function readMessage(reader: JsonReader, media: Media): void {
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    if (name === 'content' || name === 'images') {
      readContent(reader, media)
    } else {
      // An earlier spoken answer, named by its id: the provider has the sound, and bills for hearing it again.
      if (name === 'audio' && reader.kind() === 'object') media.audios++
      reader.skip()
    }
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
    } else if (name !== undefined && Object.hasOwn(PAYLOADS, name)) {
      payloads++
      payloadKind = PAYLOADS[name]
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

/** Steps over a payload; gives the bytes of its base64: `{url}`, `{file_data}` or the URL itself as a data URL, or `{data}`. */
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
    const name = reader.name(NAMES)
    if (reader.kind() === 'string' && (name === 'url' || name === 'file_data' || name === 'data')) {
      fields++
      if (name === 'data') {
        const start = reader.pos
        reader.skip()
        encoded = reader.pos - start - 2
      } else {
        encoded = dataUrlBytes(reader)
      }
    } else {
      reader.skip()
    }
  }
  return fields === 1 ? encoded : 0
}
