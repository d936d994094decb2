import { crc32 } from 'node:zlib'
import { NoPicture } from './no-picture.ts'

// What a PNG file is made of: a signature, and chunks of a length, a type, a body and a checksum.
// @see https://www.w3.org/TR/png-3/ (read 2026-11)

/** Pixels of a side. A logo is shown at 28; 1024 is what the shops of apps ask for. */
const SIDE_MAX = 1_024
/** Bytes of all the pixels, as they inflate: 1024 x 1024 in RGBA of 8 bits, with a byte before each row. */
const INFLATED_MAX = SIDE_MAX * (SIDE_MAX * 4 + 1)
/** Chunks of a file: each costs as much as a hundred bytes. Writers put 4 KB of data or more in each. */
const CHUNKS_MAX = 500
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Bytes around the body of a chunk. */
const AROUND = 12
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const
const DEPTHS: Record<ColorType, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** 0: gray; 2: RGB; 3: by a palette; 4: gray and alpha; 6: RGB and alpha. */
export type ColorType = keyof typeof CHANNELS

/** How the pixels are laid out. */
export type PngHeader = {
  width: number
  height: number
  /** Bits of a sample. */
  depth: number
  color: ColorType
  /** Bits of a pixel. */
  pixelBits: number
  /** Bytes of a row, without the one before it that names its filter. */
  rowBytes: number
}

/** A PNG, taken apart; nothing is inflated yet. */
export type PngContainer = {
  header: PngHeader
  /** RGB, three bytes a colour; only for color type 3, and then never empty. */
  palette: Uint8Array
  /** As `tRNS` has it: alpha of the palette's colours, or the one colour that is clear. */
  clear: Uint8Array | undefined
  /** Compressed. */
  data: Uint8Array
}

/**
 * Takes a PNG apart: one picture, not interlaced, of at most 1024 x 1024, whole and with nothing behind its end. What else a
 * file may carry (texts, colour profiles, the frames of an animation) is passed over.
 * @throws NoPicture
 */
export function readContainer(bytes: Uint8Array): PngContainer {
  if (!SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))) throw new NoPicture('the bytes are no PNG')
  const chunks = readChunks(bytes)
  const first = chunks.shift()
  if (first?.type !== 'IHDR') throw new NoPicture('it does not begin with its header')
  const header = readHeader(first.body)
  if (chunks.pop()?.type !== 'IEND') throw new NoPicture('it has no end, or bytes behind it')

  const named = (type: string) => chunks.flatMap((chunk, place) => (chunk.type === type ? [{ ...chunk, place }] : []))
  const data = named('IDAT')
  const [palette, ...palettes] = named('PLTE')
  const [clear, ...clears] = named('tRNS')
  const [begin, end] = [data[0]?.place ?? -1, data.at(-1)?.place ?? -1]
  const known = data.length + (palette === undefined ? 0 : 1)
  if (chunks.filter(({ type }) => isCritical(type)).length !== known || palettes.length + clears.length > 0) {
    throw new NoPicture('it has chunks that do not belong there')
  }
  if (begin < 0 || end - begin + 1 !== data.length) throw new NoPicture('its data is missing or not in one piece')
  if (
    (palette?.place ?? -1) > begin ||
    (clear?.place ?? -1) > begin ||
    (clear?.place ?? begin) < (palette?.place ?? -1)
  ) {
    throw new NoPicture('its chunks are out of order')
  }
  checkColors(header, palette?.body, clear?.body)
  return {
    header,
    palette: palette?.body ?? new Uint8Array(),
    clear: clear?.body,
    data: Buffer.concat(data.map(({ body }) => body)),
  }
}

type Chunk = { type: string; body: Uint8Array }

function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  let at = SIGNATURE.length
  while (at < bytes.length) {
    const room = bytes.length - at - AROUND
    const length = room < 0 ? 0 : view.getUint32(at)
    if (length > room) throw new NoPicture('it is cut off')
    const named = bytes.subarray(at + 4, at + 8 + length)
    const type = String.fromCharCode(...named.subarray(0, 4))
    if (!/^[A-Za-z]{4}$/.test(type)) throw new NoPicture('a chunk has no name')
    if (crc32(named) !== view.getUint32(at + 8 + length)) throw new NoPicture('the checksum of a chunk is wrong')
    if (chunks.length === CHUNKS_MAX) throw new NoPicture('it has too many chunks')
    chunks.push({ type, body: named.subarray(4) })
    at += AROUND + length
  }
  return chunks
}

/** Whether a reader who does not know the chunk must not go on: its name begins with a capital. */
function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type)
}

function readHeader(body: Uint8Array): PngHeader {
  if (body.length !== 13) throw new NoPicture('its header is of the wrong length')
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [width, height, depth, color] = [view.getUint32(0), view.getUint32(4), view.getUint8(8), view.getUint8(9)]
  if (!isColorType(color) || !DEPTHS[color].includes(depth)) throw new NoPicture('it is in colours that no PNG has')
  if (view.getUint8(10) !== 0 || view.getUint8(11) !== 0) throw new NoPicture('it is packed in a way that no PNG is')
  if (view.getUint8(12) !== 0) throw new NoPicture('it is interlaced')
  const sides = [width, height]
  if (sides.some((side) => side < 1 || side > SIDE_MAX)) throw new NoPicture('a side is too long or nothing')
  const pixelBits = CHANNELS[color] * depth
  const rowBytes = Math.ceil((width * pixelBits) / 8)
  if ((rowBytes + 1) * height > INFLATED_MAX) throw new NoPicture('its pixels are too many bytes')
  return { width, height, depth, color, pixelBits, rowBytes }
}

function isColorType(value: number): value is ColorType {
  return value in CHANNELS
}

function checkColors(
  { color, depth }: PngHeader,
  palette: Uint8Array | undefined,
  clear: Uint8Array | undefined,
): void {
  const colors = (palette?.length ?? 0) / 3
  const most = color === 3 ? 2 ** depth : color === 2 || color === 6 ? 256 : 0
  if (!Number.isInteger(colors) || colors > most || palette?.length === 0 || (color === 3 && colors === 0)) {
    throw new NoPicture('its palette is missing or wrong')
  }
  if (clear === undefined) return
  const fits = color === 3 ? clear.length <= colors : clear.length === (color === 0 ? 2 : color === 2 ? 6 : -1)
  if (!fits) throw new NoPicture('what is clear in it does not fit its colours')
}
