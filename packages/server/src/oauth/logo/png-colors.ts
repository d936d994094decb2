import { NoPicture } from './no-picture.ts'
import type { PngContainer } from './png-container.ts'

/**
 * Puts a row of any PNG's samples into RGBA of 8 bits.
 * @param into four bytes for each pixel of a row
 * @throws NoPicture when a pixel names a colour that the palette has not
 */
export function colorRow({ header, palette, clear }: PngContainer, row: Uint8Array, into: Uint8Array): void {
  const { width, depth, color } = header
  const whole = 2 ** depth - 1
  const toByte = (sample: number) => (depth === 16 ? sample >> 8 : depth === 8 ? sample : (sample * 255) / whole)
  const sampleAt = samplesOf(row, depth)
  const clearAt = (place: number) =>
    clear === undefined ? -1 : ((clear[2 * place] ?? 0) << 8) | (clear[2 * place + 1] ?? 0)
  const key = [clearAt(0), clearAt(1), clearAt(2)] as const

  const put = (x: number, red: number, green: number, blue: number, alpha: number) => {
    into[4 * x] = red
    into[4 * x + 1] = green
    into[4 * x + 2] = blue
    into[4 * x + 3] = alpha
  }
  const putPixel: Record<typeof color, (x: number) => void> = {
    0: (x) => {
      const gray = sampleAt(x)
      const byte = toByte(gray)
      put(x, byte, byte, byte, gray === key[0] ? 0 : 255)
    },
    2: (x) => {
      const [red, green, blue] = [sampleAt(3 * x), sampleAt(3 * x + 1), sampleAt(3 * x + 2)]
      const isClear = red === key[0] && green === key[1] && blue === key[2]
      put(x, toByte(red), toByte(green), toByte(blue), isClear ? 0 : 255)
    },
    3: (x) => {
      const place = sampleAt(x)
      const [red, green, blue] = [palette[3 * place], palette[3 * place + 1], palette[3 * place + 2]]
      if (red === undefined || green === undefined || blue === undefined) {
        throw new NoPicture('a pixel is of a colour that its palette has not')
      }
      put(x, red, green, blue, clear?.[place] ?? 255)
    },
    4: (x) => {
      const byte = toByte(sampleAt(2 * x))
      put(x, byte, byte, byte, toByte(sampleAt(2 * x + 1)))
    },
    6: (x) => {
      const at = 4 * x
      put(x, toByte(sampleAt(at)), toByte(sampleAt(at + 1)), toByte(sampleAt(at + 2)), toByte(sampleAt(at + 3)))
    },
  }
  const pixel = putPixel[color]
  for (let x = 0; x < width; x++) pixel(x)
}

/** The samples of a row by their number. */
function samplesOf(row: Uint8Array, depth: number): (place: number) => number {
  if (depth === 8) return (place) => row[place] ?? 0
  if (depth === 16) return (place) => ((row[2 * place] ?? 0) << 8) | (row[2 * place + 1] ?? 0)
  const perByte = 8 / depth
  const mask = 2 ** depth - 1
  return (place) => ((row[Math.floor(place / perByte)] ?? 0) >> (8 - depth * ((place % perByte) + 1))) & mask
}
