import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { dataUrlBytes, type Media, type MediaKind, partReader, readContent, textBytes } from '../part-media.ts'

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

const readPart = partReader({ names: NAMES, payloads: PAYLOADS, readPayload })

/**
 * Steps over the array `messages` and counts its media, adding to `media`.
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
      readContent(reader, media, readPart)
    } else {
      // An earlier spoken answer, named by its id: the provider has the sound, and bills for hearing it again.
      if (name === 'audio' && reader.kind() === 'object') media.audios++
      reader.skip()
    }
  }
}

/** `{url}`, `{file_data}` or `{data}`; a data URL where it is one. */
function readPayload(reader: JsonReader): number {
  let fields = 0
  let encoded = 0
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    if (reader.kind() === 'string' && (name === 'url' || name === 'file_data' || name === 'data')) {
      fields++
      encoded = name === 'data' ? textBytes(reader) : dataUrlBytes(reader)
    } else {
      reader.skip()
    }
  }
  return fields === 1 ? encoded : 0
}
