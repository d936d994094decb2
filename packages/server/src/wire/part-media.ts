import type { JsonReader } from '../base/json-reader.ts'
import type { NameTable } from '../base/name-table.ts'

/** What a prompt holds beside text. `encodedBytes` is the base64 of its data URLs, which is not text. */
export type Media = { images: number; files: number; audios: number; encodedBytes: number }

/** What a part of a prompt counts as. Video has no count of its own: a file. */
export type MediaKind = 'image' | 'file' | 'audio'

/** A data URL's header is shorter than this; what is longer counts as text. */
const DATA_URL_HEADER_BYTES_MAX = 256

/** 'input_image' -> 'image'. By its words, since providers name their parts alike and new ones come. */
export function kindOfType(type: string): MediaKind | undefined {
  if (type === 'text') return undefined
  if (type.includes('image') || type.includes('screenshot')) return 'image'
  if (type.includes('audio')) return 'audio'
  return /file|video|document|container_upload/.test(type) ? 'file' : undefined
}

/** Counts one part. */
export function countMedia(media: Media, kind: MediaKind): void {
  if (kind === 'image') media.images++
  else if (kind === 'file') media.files++
  else media.audios++
}

/** Steps over a string; gives the bytes behind `;base64,` when it is a data URL, 0 otherwise. */
export function dataUrlBytes(reader: JsonReader): number {
  const start = reader.pos + 1
  reader.skip()
  const end = reader.pos - 1
  const header = reader.bytes.toString('latin1', start, Math.min(end, start + DATA_URL_HEADER_BYTES_MAX))
  if (!/^data:/i.test(header)) return 0
  const comma = header.indexOf(',')
  return comma > 0 && /;base64$/i.test(header.slice(0, comma)) ? end - start - comma - 1 : 0
}

/** Steps over a string; gives its bytes. */
export function textBytes(reader: JsonReader): number {
  const start = reader.pos
  reader.skip()
  return reader.pos - start - 2
}

/** Steps over what a message says: a string, a part, or a list of parts. */
export function readContent(
  reader: JsonReader,
  media: Media,
  readPart: (reader: JsonReader, media: Media) => void,
): void {
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

/** How OpenAI's formats write a part: a `type`, and its data in a member that is named for what it is. */
export type PartShape = {
  /** `type`, `content` and the members that hold data. */
  names: NameTable
  /** The member that holds a part's data, and what a part with it counts as; undefined where that says nothing. */
  payloads: Readonly<Record<string, MediaKind | undefined>>
  /** Steps over a payload that is an object; gives the bytes of its base64. */
  readPayload(reader: JsonReader): number
}

/**
 * Makes what steps over a part and counts it. The count is for a ceiling, so it errs upward: a part counts by its `type`
 * and by its payload's name, whichever says image, file or audio; base64 is taken off the text only where a part states
 * one type and holds one payload of it.
 */
export function partReader({ names, payloads: kinds, readPayload }: PartShape) {
  return function readPart(reader: JsonReader, media: Media): void {
    let types = 0
    let typeKind: MediaKind | undefined
    let payloads = 0
    let payloadKind: MediaKind | undefined
    let encoded = 0
    reader.openObject()
    while (reader.nextMember()) {
      const name = reader.name(names)
      const form = reader.kind()
      if (name === 'type' && form === 'string') {
        types++
        typeKind = kindOfType(reader.string()) ?? typeKind
      } else if (name === 'content') {
        readContent(reader, media, readPart)
      } else if (name !== undefined && Object.hasOwn(kinds, name) && form !== 'null') {
        payloads++
        payloadKind = kinds[name] ?? payloadKind
        if (form === 'string') encoded = dataUrlBytes(reader)
        else if (form === 'object') encoded = readPayload(reader)
        else reader.skip()
      } else {
        reader.skip()
      }
    }
    const kind = typeKind ?? payloadKind
    if (kind === undefined) return
    countMedia(media, kind)
    if (types === 1 && payloads === 1 && typeKind === payloadKind) media.encodedBytes += encoded
  }
}
