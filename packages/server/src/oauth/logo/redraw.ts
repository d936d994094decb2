import { setImmediate } from 'node:timers/promises'
import { colorRow } from './png-colors.ts'
import { readContainer } from './png-container.ts'
import { inflateRows, unfilterRow } from './png-rows.ts'
import { writePng } from './png-write.ts'
import { shrinkTo } from './shrink.ts'

/** Pixels of a side of what is kept: sharp at 28 on the densest screens. */
const SIDE_MAX = 96
/** Bytes of pixels that are drawn in one go, in about a millisecond; the largest picture is 4 MiB. */
const AT_ONCE_BYTES = 16 * 1024

/**
 * Draws a PNG anew, to fit 96 x 96: of the bytes that came none is in what is given back.
 * @param letOthers gives everybody else their turn
 * @throws NoPicture, and nothing else, whatever the bytes are
 */
export async function redraw(bytes: Uint8Array, letOthers: () => Promise<unknown> = setImmediate): Promise<Uint8Array> {
  const container = readContainer(bytes)
  const { header } = container
  const rows = await inflateRows(container)
  const shrinking = shrinkTo(SIDE_MAX, header)
  const colors = new Uint8Array(header.width * 4)
  let drawn = 0
  for (let y = 0; y < header.height; y++) {
    colorRow(container, unfilterRow(rows, y), colors)
    shrinking.add(colors)
    drawn += colors.length
    if (drawn < AT_ONCE_BYTES) continue
    drawn = 0
    await letOthers()
  }
  return writePng(shrinking.finish())
}
