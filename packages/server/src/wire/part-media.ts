import type { JsonReader } from '../base/json-reader.ts'

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
  return type.includes('file') || type.includes('video') || type.includes('document') ? 'file' : undefined
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
