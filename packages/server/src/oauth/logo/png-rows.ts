import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { NoPicture } from './no-picture.ts'
import type { PngContainer, PngHeader } from './png-container.ts'

const inflated = promisify(inflate)

/** Inflates in pieces of this size; the largest picture has 64. Bytes. */
const PIECE_BYTES = 64 * 1024

/** Bytes of all rows of a picture, each with the one before it that names its filter. */
type Rows = { header: PngHeader; bytes: Uint8Array }

/**
 * Inflates the rows of a picture, beside the event loop, and not a byte more than its header says.
 * @throws NoPicture
 */
export async function inflateRows({ header, data }: PngContainer): Promise<Rows> {
  const expected = (header.rowBytes + 1) * header.height
  let bytes: Uint8Array
  try {
    bytes = await inflated(data, { maxOutputLength: expected, chunkSize: PIECE_BYTES })
  } catch (cause) {
    throw new NoPicture('its data does not inflate to what its header says', cause)
  }
  if (bytes.length !== expected) throw new NoPicture('its data is less than its header says')
  return { header, bytes }
}

/**
 * Undoes the filter of a row, in place; the rows above it were undone before. @returns the row
 * @throws NoPicture
 */
export function unfilterRow({ header, bytes }: Rows, y: number): Uint8Array {
  const { rowBytes, pixelBits } = header
  const begin = y * (rowBytes + 1) + 1
  const row = bytes.subarray(begin, begin + rowBytes)
  const above = y === 0 ? new Uint8Array(rowBytes) : bytes.subarray(begin - rowBytes - 1, begin - 1)
  const back = Math.max(1, pixelBits >> 3)
  const filter = bytes[begin - 1]
  if (filter === 0) return row
  if (filter === 1) for (let x = back; x < rowBytes; x++) row[x] = (row[x] ?? 0) + (row[x - back] ?? 0)
  else if (filter === 2) for (let x = 0; x < rowBytes; x++) row[x] = (row[x] ?? 0) + (above[x] ?? 0)
  else if (filter === 3) {
    for (let x = 0; x < rowBytes; x++) {
      row[x] = (row[x] ?? 0) + (((x < back ? 0 : (row[x - back] ?? 0)) + (above[x] ?? 0)) >> 1)
    }
  } else if (filter === 4) {
    for (let x = 0; x < back; x++) row[x] = (row[x] ?? 0) + (above[x] ?? 0)
    for (let x = back; x < rowBytes; x++) {
      row[x] = (row[x] ?? 0) + nearest(row[x - back] ?? 0, above[x] ?? 0, above[x - back] ?? 0)
    }
  } else throw new NoPicture('a row has a filter that no PNG has')
  return row
}

/** Paeth's: whichever neighbour is nearest to left + above - corner. */
function nearest(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner)
  const toAbove = Math.abs(left - corner)
  const toCorner = Math.abs(left + above - 2 * corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
