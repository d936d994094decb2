import { setImmediate } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  chunkNames,
  type HeaderFields,
  pixelsOf,
  plainPng,
  pngChunk,
  pngData,
  pngFile,
  pngHeader,
  pngOf,
} from '../../testing/png-bytes.ts'
import { NoPicture } from './no-picture.ts'
import { redraw } from './redraw.ts'

const KEPT_BYTES_MAX = 64 * 1024
const RED = [255, 0, 0, 255] as const
const ROW = Buffer.from(RED)
const ONE = pngHeader({ width: 1, height: 1 })
const DATA = pngData(Buffer.from([0, ...RED]))
const PALETTE = pngChunk('PLTE', Buffer.from([255, 0, 0, 0, 0, 255]))
const nothing = Buffer.alloc(0)
const indexed = (row: number, ...more: Buffer[]) =>
  pngOf({ width: 2, height: 1, depth: 8, color: 3 }, [Buffer.from([0, row])], ...more)
const sized = (header: HeaderFields) => pngFile(pngHeader(header), DATA)

describe('row 137: what is no whole, plain PNG of a sane size is no picture', () => {
  const cases: [string, Uint8Array][] = [
    ['nothing', nothing],
    ['an SVG with a script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['a JPEG', Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')],
    ['a signature alone', pngFile().subarray(0, 8)],
    ['an end alone', pngFile()],
    ['no data', pngFile(ONE)],
    ['no header', pngFile(DATA)],
    ['two headers', pngFile(ONE, ONE, DATA)],
    ['a header too short', pngFile(pngChunk('IHDR', Buffer.alloc(12, 1)), DATA)],
    ['a page behind its end', Buffer.concat([plainPng(1, RED), Buffer.from('<script>alert(1)</script>')])],
    ['an archive behind its end', Buffer.concat([plainPng(1, RED), Buffer.from('504b0506', 'hex'), Buffer.alloc(18)])],
    ['60,000 a side', sized({ width: 60_000, height: 60_000 })],
    [
      '1 by 60,000',
      pngOf(
        { width: 1, height: 60_000 },
        Array.from({ length: 60_000 }, () => ROW),
      ),
    ],
    ['1,025 by 1', pngOf({ width: 1_025, height: 1 }, [Buffer.alloc(4_100)])],
    ['the largest number a side', sized({ width: 0xffff_ffff, height: 0xffff_ffff })],
    ['no width', sized({ width: 0, height: 1 })],
    [
      'more bytes than 1,024 x 1,024 in RGBA',
      pngFile(pngHeader({ width: 1_024, height: 1_024, depth: 16 }), pngData(Buffer.alloc(1_024 * 8_193))),
    ],
    ['interlaced', sized({ width: 1, height: 1, last: [0, 0, 1] })],
    ['packed otherwise', sized({ width: 1, height: 1, last: [1, 0, 0] })],
    ['filtered otherwise', sized({ width: 1, height: 1, last: [0, 1, 0] })],
    ['a colour type that is none', sized({ width: 1, height: 1, color: 5 })],
    ['a depth that is none', sized({ width: 1, height: 1, depth: 3 })],
    ['a depth of another colour type', sized({ width: 1, height: 1, depth: 1 })],
    ['a palette that is missing', indexed(0)],
    ['a palette that is empty', indexed(0, pngChunk('PLTE', nothing))],
    ['a palette of two bytes', indexed(0, pngChunk('PLTE', Buffer.alloc(2)))],
    ['a palette of 257 colours', indexed(0, pngChunk('PLTE', Buffer.alloc(771)))],
    ['two palettes', indexed(0, PALETTE, PALETTE)],
    ['a colour beyond the palette', indexed(2, PALETTE)],
    ['more clear colours than there are', indexed(0, PALETTE, pngChunk('tRNS', Buffer.alloc(3)))],
    ['two clear colours', indexed(0, PALETTE, pngChunk('tRNS', nothing), pngChunk('tRNS', nothing))],
    ['a palette in gray', pngOf({ width: 1, height: 1, color: 0 }, [Buffer.from([7])], PALETTE)],
    ['a clear colour before the palette', indexed(0, pngChunk('tRNS', Buffer.alloc(1)), PALETTE)],
    ['a clear colour beside alpha', pngOf({ width: 1, height: 1 }, [ROW], pngChunk('tRNS', Buffer.alloc(6)))],
    [
      'a palette behind the data',
      pngFile(pngHeader({ width: 1, height: 1, color: 3 }), pngData(Buffer.alloc(2)), PALETTE),
    ],
    ['data in two places', pngFile(ONE, DATA, pngChunk('teXt', nothing), DATA)],
    ['a critical chunk that nobody knows', pngFile(ONE, pngChunk('EVIL', nothing), DATA)],
    ['256 KB of small chunks', pngFile(ONE, ...Array.from({ length: 21_000 }, () => pngChunk('teXt', nothing)), DATA)],
    ['a chunk without a name', pngFile(ONE, pngChunk('\0\0\0\0', nothing), DATA)],
    ['a chunk longer than the file', pngFile(ONE, Buffer.from('ffffffff49444154', 'hex'))],
    ['rows that are missing', pngFile(pngHeader({ width: 1, height: 2 }), DATA)],
    ['a byte that is missing', pngFile(ONE, pngData(Buffer.from([0, 255, 0, 0])))],
    ['a row too many', pngFile(ONE, pngData(Buffer.alloc(10)))],
    ['20 MB in 20 KB', pngFile(ONE, pngData(Buffer.alloc(20_000_000)))],
    ['data that is cut off', pngFile(ONE, pngChunk('IDAT', deflateSync(Buffer.alloc(5)).subarray(0, 8)))],
    ['data that is not compressed', pngFile(ONE, pngChunk('IDAT', Buffer.from('not compressed')))],
    [
      'data by a dictionary',
      pngFile(ONE, pngChunk('IDAT', deflateSync(Buffer.alloc(5), { dictionary: Buffer.from('abc') }))),
    ],
    ['a filter that is none', pngFile(ONE, pngData(Buffer.from([5, ...RED])))],
  ]
  test.each(cases)('%s', async (_, bytes) => {
    await expect(redraw(bytes)).rejects.toBeInstanceOf(NoPicture)
  })

  test('and of what inflates without end no more is inflated than the header says', async () => {
    const bomb = redraw(pngFile(ONE, pngData(Buffer.alloc(20_000_000))))
    await expect(bomb).rejects.toMatchObject({ cause: { code: 'ERR_BUFFER_TOO_LARGE' } })
  })

  test('cut off anywhere, or with any byte changed', async () => {
    const bytes = indexed(1, PALETTE, pngChunk('tRNS', Buffer.from([128])))
    expect((await redraw(bytes)).length).toBeGreaterThan(60)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
      await expect(redraw(bytes.subarray(0, at)), `${at} bytes`).rejects.toBeInstanceOf(NoPicture)
      await expect(redraw(changed), `byte ${at}`).rejects.toBeInstanceOf(NoPicture)
    }
  })
})

test('row 137: whatever the chunks hold, it is no picture or a small one of ours, and nothing else is thrown', async () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 90, max: 130 }), fc.constantFrom(1_024, 0))
  const kind = fc.constantFrom([1, 0], [4, 0], [8, 2], [16, 2], [2, 3], [8, 3], [8, 4], [8, 6], [16, 6], [3, 1])
  const header = fc.record({ width: side, height: side, kind })
  const body = fc.uint8Array({ maxLength: 40 })
  const names = fc.constantFrom('PLTE', 'tRNS', 'IDAT', 'teXt', 'acTL', 'IHDR', 'IEND', 'eXIf')
  const more = fc.array(fc.tuple(names, body), { maxLength: 1 })
  // Often exactly what the header says, of any bytes, so that every row is drawn.
  const rows = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 97 }), fc.constantFrom(0, 0, 0, 0, 1, -1))
  let drawn = 0
  const property = fc.asyncProperty(
    header,
    more,
    rows,
    async ({ kind: [depth = 0, color = 0], ...sides }, chunks, [seed, off]) => {
      const fields = { ...sides, depth, color }
      const channels = [1, 3, 3, 1, 2, 1, 4][color] ?? 1
      const rowBytes = Math.ceil((fields.width * fields.depth * channels) / 8) + 1
      const length = Math.max(0, rowBytes * fields.height + off)
      const data = Buffer.alloc(length, seed)
      for (let at = 0; at < length; at += rowBytes) data[at] = (seed[at % seed.length] ?? 0) % 5
      const palette =
        fields.color === 3 ? [pngChunk('PLTE', Buffer.alloc(3 * 2 ** Math.min(8, fields.depth), seed))] : []
      const parts = chunks.map(([type, bytes]) => pngChunk(type, bytes))
      try {
        const png = await redraw(pngFile(pngHeader(fields), ...palette, ...parts, pngData(data)))
        const { width, height } = pixelsOf(png)
        expect(png.length).toBeLessThanOrEqual(KEPT_BYTES_MAX)
        expect(Math.max(width, height)).toBeLessThanOrEqual(96)
        expect(chunkNames(png)).toEqual(['IHDR', 'IDAT', 'IEND'])
        drawn += 1
      } catch (error) {
        if (!(error instanceof NoPicture)) throw error
      }
    },
  )
  await fc.assert(property, { numRuns: 150 })
  expect(drawn).toBeGreaterThan(30)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await expect(redraw(Buffer.concat([pngFile().subarray(0, 8), bytes]))).rejects.toBeInstanceOf(NoPicture)
    }),
  )
})

test('row 137: of what else a file carries nothing is kept: texts, pages, profiles, places, further frames', async () => {
  const evil = '<script>alert(document.domain)</script>'
  const carried = ['tEXt', 'iTXt', 'zTXt', 'iCCP', 'eXIf', 'acTL', 'fdAT', 'prVt'].map((type) =>
    pngChunk(type, Buffer.from(`${evil.repeat(500)}`)),
  )
  const png = await redraw(pngFile(ONE, ...carried, DATA, pngChunk('tEXt', Buffer.from(evil))))
  expect(chunkNames(png)).toEqual(['IHDR', 'IDAT', 'IEND'])
  expect(pixelsOf(png)).toEqual({ width: 1, height: 1, pixels: [[...RED]] })
  // Pixels that spell it are drawn anew, and compressed by us.
  const spelled = Buffer.from(evil.padEnd(40))
  const other = await redraw(
    pngFile(
      pngHeader({ width: 10, height: 1 }),
      pngChunk('IDAT', deflateSync(Buffer.concat([Buffer.from([0]), spelled]), { level: 0 })),
    ),
  )
  expect(Buffer.from(other).includes('script')).toBe(false)
})

test('row 137: while the largest picture is drawn everybody else has their turn, after every fourth row', async () => {
  const noise = Buffer.alloc(1_024 * 4_097, Buffer.from([4, 3, 1, 4, 1, 5, 9, 2, 6]))
  for (let at = 0; at < noise.length; at += 4_097) noise[at] = 4
  const bytes = pngFile(pngHeader({ width: 1_024, height: 1_024 }), pngData(noise))
  const turn = vi.fn(() => setImmediate())
  const png = await redraw(bytes, turn)
  expect(turn.mock.calls.length).toBeGreaterThanOrEqual(256)
  expect(pixelsOf(png)).toMatchObject({ width: 96, height: 96 })
  expect(png.length).toBeLessThanOrEqual(KEPT_BYTES_MAX)
})

test('the most that is kept is noise, which does not compress: 37 KB', async () => {
  const noise = fc.sample(fc.uint8Array({ minLength: 384, maxLength: 384, size: 'max' }), { numRuns: 96, seed: 7 })
  const rows = noise.map((row) => Buffer.from(row))
  const png = await redraw(pngOf({ width: 96, height: 96 }, rows))
  expect(png.length).toBeGreaterThan(30_000)
  expect(png.length).toBeLessThanOrEqual(KEPT_BYTES_MAX)
})

describe('what is drawn is what was there', () => {
  test('in every colour type and depth', async () => {
    const gray = (depth: number, row: number[], ...more: Buffer[]) =>
      pngOf({ width: 2, height: 1, depth, color: 0 }, [Buffer.from(row)], ...more)
    const clear = (...bytes: number[]) => pngChunk('tRNS', Buffer.from(bytes))
    const drawn: [Uint8Array, number[][]][] = [
      [
        gray(1, [0b0100_0000]),
        [
          [0, 0, 0, 255],
          [255, 255, 255, 255],
        ],
      ],
      [
        gray(2, [0b0110_0000]),
        [
          [85, 85, 85, 255],
          [170, 170, 170, 255],
        ],
      ],
      [
        gray(4, [0x1f]),
        [
          [17, 17, 17, 255],
          [255, 255, 255, 255],
        ],
      ],
      [
        gray(8, [9, 200], clear(0, 200)),
        [
          [9, 9, 9, 255],
          [0, 0, 0, 0],
        ],
      ],
      [
        gray(16, [9, 77, 200, 1], clear(9, 77)),
        [
          [0, 0, 0, 0],
          [200, 200, 200, 255],
        ],
      ],
      [
        pngOf({ width: 2, height: 1, color: 2 }, [Buffer.from([1, 2, 3, 4, 5, 6])], clear(0, 4, 0, 5, 0, 6)),
        [
          [1, 2, 3, 255],
          [0, 0, 0, 0],
        ],
      ],
      [pngOf({ width: 1, height: 1, color: 2, depth: 16 }, [Buffer.from([1, 9, 2, 9, 3, 9])]), [[1, 2, 3, 255]]],
      [
        pngOf({ width: 2, height: 1, color: 2 }, [Buffer.from([1, 2, 3, 4, 5, 6])], PALETTE),
        [
          [1, 2, 3, 255],
          [4, 5, 6, 255],
        ],
      ],
      [
        indexed(1, PALETTE, clear(128)),
        [
          [255, 0, 0, 128],
          [0, 0, 255, 255],
        ],
      ],
      [
        pngOf({ width: 2, height: 1, depth: 1, color: 3 }, [Buffer.from([0x80])], PALETTE),
        [
          [0, 0, 255, 255],
          [255, 0, 0, 255],
        ],
      ],
      [pngOf({ width: 1, height: 1, color: 4 }, [Buffer.from([7, 8])]), [[7, 7, 7, 8]]],
      [pngOf({ width: 1, height: 1, color: 4, depth: 16 }, [Buffer.from([7, 1, 8, 1])]), [[7, 7, 7, 8]]],
      [pngOf({ width: 1, height: 1, color: 6, depth: 16 }, [Buffer.from([1, 9, 2, 9, 3, 9, 4, 9])]), [[1, 2, 3, 4]]],
    ]
    for (const [bytes, pixels] of drawn) expect(pixelsOf(await redraw(bytes)).pixels).toEqual(pixels)
  })

  test('under every filter', async () => {
    const rows = [0, 1, 2, 3, 4].map((filter) => [
      filter,
      ...Array.from({ length: 12 }, (_, at) => (filter * 71 + at * 37 + (at % 4 === 3 ? 255 : 0)) & 255),
    ])
    const { pixels } = pixelsOf(
      await redraw(pngFile(pngHeader({ width: 3, height: 5 }), pngData(Buffer.from(rows.flat())))),
    )
    // By the words of the standard, one byte at a time.
    const raw: number[][] = []
    for (const [y, [filter = 0, ...row]] of rows.entries()) {
      const above = raw[y - 1] ?? []
      const line: number[] = []
      for (const [x, value] of row.entries()) {
        const [a, b, c] = [line[x - 4] ?? 0, above[x] ?? 0, above[x - 4] ?? 0]
        const p = a + b - c
        const order = [a, b, c].toSorted((one, other) => Math.abs(p - one) - Math.abs(p - other))
        const predicted = [0, a, b, Math.floor((a + b) / 2), order[0] ?? 0][filter] ?? 0
        line.push((value + predicted) & 255)
      }
      raw.push(line)
    }
    const seen = raw.flatMap((line) => [0, 4, 8].map((at) => line.slice(at, at + 4)))
    expect(pixels).toEqual(seen.map((pixel) => (pixel[3] === 0 ? [0, 0, 0, 0] : pixel)))
  })

  test('made smaller by the mean of each area, in its proportions', async () => {
    const half = Buffer.from(
      [...Array.from({ length: 96 }, () => [...RED]), ...Array.from({ length: 96 }, () => [0, 0, 0, 0])].flat(),
    )
    const { width, height, pixels } = pixelsOf(
      await redraw(
        pngOf(
          { width: 192, height: 96 },
          Array.from({ length: 96 }, () => half),
        ),
      ),
    )
    expect([width, height]).toEqual([96, 48])
    expect([pixels[0], pixels[47], pixels[48], pixels[95]]).toEqual([[...RED], [...RED], [0, 0, 0, 0], [0, 0, 0, 0]])
    // 97 to 96: no pixel is left out, and what is clear does not darken what is seen.
    const odd = Buffer.from(Array.from({ length: 97 }, (_, x) => (x === 48 ? [0, 0, 0, 0] : [...RED])).flat())
    const drawn = pixelsOf(await redraw(pngOf({ width: 97, height: 1 }, [odd])))
    expect([drawn.width, drawn.height]).toEqual([96, 1])
    expect(drawn.pixels.every(([red, green, blue]) => red === 255 && green === 0 && blue === 0)).toBe(true)
    expect(drawn.pixels.reduce((sum, [, , , alpha = 0]) => sum + alpha, 0) / (96 * 255)).toBeCloseTo(96 / 97, 2)
    expect(pixelsOf(await redraw(plainPng(512, [1, 2, 3, 4]))).pixels).toEqual(
      Array.from({ length: 96 * 96 }, () => [1, 2, 3, 4]),
    )
    const tall = pixelsOf(
      await redraw(
        pngOf(
          { width: 1, height: 1_024 },
          Array.from({ length: 1_024 }, () => ROW),
        ),
      ),
    )
    expect([tall.width, tall.height]).toEqual([1, 96])
  })
})
