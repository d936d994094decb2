import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpReader } from './http-reader.ts'

/** Pushes the bytes in pieces cut at the given places. @returns what was read, and after which piece it was complete */
function read(wire: Buffer, cuts: readonly number[]): { payload: string; completeAt: number; pieces: number } {
  let payload = ''
  const reader = new HttpReader((bytes) => {
    payload += bytes.toString('latin1')
  })
  const places = [0, ...[...new Set(cuts)].sort((a, b) => a - b), wire.length]
  const pieces = places.slice(1).map((end, i) => wire.subarray(places[i], end))
  const completeAt = pieces.findIndex((piece) => reader.push(piece))
  return { payload, completeAt, pieces: pieces.length }
}

describe('the reader of the load', () => {
  test('refuses what is no HTTP', () => {
    expect(() => new HttpReader(() => undefined).push(Buffer.from('SSH-2.0-x\r\n\r\n'))).toThrow(/status line/)
  })

  test('refuses a reply without a length, since its end cannot be told from a failure', () => {
    expect(() => new HttpReader(() => undefined).push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow(
      /without a length/,
    )
  })

  test('refuses bytes after the end', () => {
    const wire = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabc')
    expect(() => new HttpReader(() => undefined).push(wire)).toThrow(/after the end/)
  })

  test('refuses a chunk that is longer than it said', () => {
    const wire = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n')
    expect(() => new HttpReader(() => undefined).push(wire)).toThrow(/longer than it said/)
  })

  test.each([
    ['content-length', 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello\r\nyou!'],
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n\r\nyou!\r\n0\r\n\r\n'],
    [
      'chunked with a trailer',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello\r\nyou!\r\n0\r\nx: y\r\n\r\n',
    ],
  ])('gives the same payload for every cut of the bytes: %s', (_name, text) => {
    const wire = Buffer.from(text)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: wire.length - 1 }), { maxLength: 20 }), (cuts) => {
        const seen = read(wire, cuts)
        expect(seen.payload).toBe('hello\r\nyou!')
        expect(seen.completeAt).toBe(seen.pieces - 1)
      }),
    )
  })
})
