/** What a picture begins with, whatever it says of itself. */
const BEGINNINGS: readonly (readonly [mediaType: string, test: (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))],
  ['image/gif', (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))],
  ['image/webp', (bytes) => /^RIFF[\s\S]{4}WEBP/.test(bytes.toString('latin1', 0, 12))],
]

/** Control characters that no text file has; tab, line feed, form feed, carriage return and escape are in some. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_TEXT = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/

/** What the bytes are, if they are a picture that browsers show. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return BEGINNINGS.find(([, test]) => test(buffer))?.[0]
}

/**
 * What an attachment is, read from its bytes alone: a picture, a PDF or text (UTF-8).
 * @returns undefined for everything else, and for nothing at all
 */
export function attachmentType(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined
  const picture = pictureType(bytes)
  if (picture !== undefined) return picture
  if (Buffer.from(bytes.buffer, bytes.byteOffset, 5).toString('latin1') === '%PDF-') return 'application/pdf'
  return isText(bytes) ? 'text/plain' : undefined
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !NOT_TEXT.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    // What a fatal decoder throws for bytes that are no UTF-8.
    if (error instanceof TypeError) return false
    throw error
  }
}

/** Characters of a file's name, as file systems bound them. */
const NAME_CHARS_MAX = 255

/**
 * A file's name that can be shown and saved: no path, no control characters, and nothing that turns the direction of what
 * follows ('fdp.exe' shown as 'exe.pdf').
 */
export function fileName(given: string, mediaType: string): string {
  const name = given
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/[\\/]/g, '_')
    .trim()
  const short = Array.from(name).slice(0, NAME_CHARS_MAX).join('')
  if (short !== '' && !/^\.+$/.test(short)) return short
  return `file.${mediaType === 'text/plain' ? 'txt' : (mediaType.split('/')[1] ?? 'bin')}`
}
