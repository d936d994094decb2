import { crc32, deflateSync, inflateSync } from 'node:zlib'

// PNGs of every kind, right and wrong, written for tests alone: the server's own reader and writer are what they test.

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** A chunk with its length and its true checksum. */
export function pngChunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(body.length)
  whole.set(named, 4)
  whole.writeUInt32BE(crc32(named), named.length + 4)
  return whole
}

/** The fields of a header; RGBA of 8 bits where nothing else is said. */
export type HeaderFields = {
  width: number
  height: number
  depth?: number
  color?: number
  last?: [number, number, number]
}

/** The header's chunk. */
export function pngHeader({ width, height, depth = 8, color = 6, last = [0, 0, 0] }: HeaderFields): Buffer {
  const body = Buffer.alloc(13)
  body.writeUInt32BE(width)
  body.writeUInt32BE(height, 4)
  body.set([depth, color, ...last], 8)
  return pngChunk('IHDR', body)
}

/** A file of these chunks, and its end. */
export function pngFile(...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks, pngChunk('IEND', Buffer.alloc(0))])
}

/** The chunk of these rows, each with its filter before it. */
export function pngData(rows: Uint8Array): Buffer {
  return pngChunk('IDAT', deflateSync(rows))
}

/** A picture of rows without filters. @param more chunks between header and data */
export function pngOf(header: HeaderFields, rows: readonly Uint8Array[], ...more: readonly Uint8Array[]): Buffer {
  const filtered = rows.map((row) => Buffer.concat([Buffer.from([0]), row]))
  return pngFile(pngHeader(header), ...more, pngData(Buffer.concat(filtered)))
}

/** A square of one colour. */
export function plainPng(side: number, rgba: readonly [number, number, number, number]): Buffer {
  const row = Buffer.from(Array.from({ length: side }, () => rgba).flat())
  return pngOf(
    { width: side, height: side },
    Array.from({ length: side }, () => row),
  )
}

/** The names of a file's chunks, in order. */
export function chunkNames(png: Uint8Array): string[] {
  return chunksOf(png).map(({ type }) => type)
}

/** The pixels of a PNG in RGBA of 8 bits without filters. @throws Error for any other */
export function pixelsOf(png: Uint8Array): { width: number; height: number; pixels: number[][] } {
  const chunks = chunksOf(png)
  const header = chunks[0]?.body ?? Buffer.alloc(0)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ body }) => body)))
  const rowBytes = width * 4 + 1
  if (header[8] !== 8 || header[9] !== 6 || rows.length !== rowBytes * height) throw new Error('another kind of PNG')
  const pixels: number[][] = []
  for (let y = 0; y < height; y++) {
    if (rows[y * rowBytes] !== 0) throw new Error('a row with a filter')
    for (let at = y * rowBytes + 1; at < (y + 1) * rowBytes; at += 4) pixels.push([...rows.subarray(at, at + 4)])
  }
  return { width, height, pixels }
}

function chunksOf(png: Uint8Array): { type: string; body: Buffer }[] {
  const bytes = Buffer.from(png)
  if (!SIGNATURE.equals(bytes.subarray(0, 8))) throw new Error('no PNG')
  const chunks: { type: string; body: Buffer }[] = []
  for (let at = 8; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at)
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) throw new Error('a wrong checksum')
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}
