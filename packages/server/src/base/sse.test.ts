import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeywayError } from './errors.ts'
import { SseParser } from './sse.ts'

type Seen = { name: string; id: string | undefined; data: string; lines: number }

function parse(chunks: Iterable<Uint8Array>, eventBytesMax = 1000): Seen[] {
  const parser = new SseParser({ eventBytesMax })
  const seen: Seen[] = []
  const take = (event: ReturnType<SseParser['next']>) => {
    if (event)
      seen.push({
        name: event.name,
        id: event.id,
        data: event.bytes.toString('utf8', event.start, event.end),
        lines: event.lines,
      })
    return event !== undefined
  }
  for (const chunk of chunks) {
    // A copy that is wiped afterwards: the parser must not rely on the caller's memory.
    const memory = Buffer.from(chunk)
    parser.push(memory)
    while (take(parser.next()));
    memory.fill(0x21)
  }
  take(parser.end())
  return seen
}

const data = (text: string) => parse([Buffer.from(text)]).map((event) => event.data)

describe('SseParser', () => {
  it('refuses an event over the limit, whole or in pieces, and not one at the limit', () => {
    const event = (length: number) => Buffer.from(`data: ${'x'.repeat(length - 7)}\n\n`)
    expect(parse([event(1000)])).toHaveLength(1)
    expect(() => parse([event(1001)])).toThrow(KeywayError)
    expect(() => parse([...event(1001)].map((byte) => Buffer.of(byte)))).toThrow('more than 1000 bytes')
    expect(() => parse(Array.from({ length: 300 }, () => Buffer.from('data: x\n')))).toThrow(KeywayError)
  })

  it('gives up on an endless event as soon as the limit is passed, holding no more than a few times the limit', () => {
    const parser = new SseParser({ eventBytesMax: 1_000_000 })
    const chunk = Buffer.alloc(65_536, 0x78)
    let pushed = 0
    expect(() => {
      parser.push(Buffer.from('data: '))
      parser.next()
      for (; pushed < 50_000_000; pushed += chunk.length) {
        parser.push(chunk)
        parser.next()
      }
    }).toThrow(KeywayError)
    expect(pushed).toBeLessThan(1_100_000)
  })

  it('takes LF, CR and CRLF, also mixed', () => {
    for (const end of ['\n', '\r', '\r\n']) expect(data(`data: a${end}${end}data: b${end}${end}`)).toEqual(['a', 'b'])
    expect(data('data: a\r\n\ndata: b\n\r\ndata: c\r\rdata: d\n\r')).toEqual(['a', 'b', 'c', 'd'])
  })

  it('takes CRLF between the lines of one event as one line end, also where it is cut', () => {
    const event = { name: 'e', id: '1', data: 'a\nb', lines: 2 }
    const bytes = Buffer.from('event: e\r\nid: 1\r\ndata: a\r\ndata: b\r\n\r\n')
    expect(parse([bytes])).toEqual([event])
    expect(parse([...bytes].map((byte) => Buffer.of(byte)))).toEqual([event])
  })

  it('takes data with and without a space, none, and over several lines', () => {
    expect(data('data:a\n\ndata:  b\n\ndata\n\ndata:\n\ndata: c\ndata:d\ndata\n\n')).toEqual([
      'a',
      ' b',
      '',
      '',
      'c\nd\n',
    ])
  })

  it('drops comments, unknown fields and events without data, and takes a byte order mark at the start alone', () => {
    expect(
      data('\ufeffdata: a\n\n: hi\n\ndatab: x\n\nevent: ping\n\n:\n\n\n\nfoo\ndata: b\n\n\ufeffdata: c\n\n'),
    ).toEqual(['a', 'b'])
  })

  it('takes names and ids for one event only, and the retry time', () => {
    const parser = new SseParser({ eventBytesMax: 100 })
    parser.push(Buffer.from('event: error\nid: 7\nretry: 3000\ndata: a\n\nretry: soon\nid: a\0b\ndata: b\n\n'))
    expect(parser.next()).toMatchObject({ name: 'error', id: '7' })
    expect(parser.next()).toMatchObject({ name: '', id: undefined })
    expect(parser.retryMs).toBe(3000)
  })

  it('takes an event that no blank line ends', () => {
    expect(data('data: a\n\ndata: [DONE]')).toEqual(['a', '[DONE]'])
    expect(data('data: a\n\ndata: [DONE]\n')).toEqual(['a', '[DONE]'])
    expect(data('data: a\r')).toEqual(['a'])
  })

  it('does not let pings without blank lines pile up', () => {
    expect(data(`${': ping\n'.repeat(5000)}data: a\n\n`)).toEqual(['a'])
  })

  it('gives the same events however random bytes are cut', () => {
    const piece = fc.constantFrom(
      'data',
      ':',
      ' ',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'x',
      'data: é🌍\n\n',
      '\ufeff',
      'event: e\n',
      'id:1\n',
      ': c\n',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 10 }),
        (pieces, cuts) => {
          const bytes = Buffer.from(pieces.join(''))
          const points = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
          const chunks = [0, ...points].map((from, index) => bytes.subarray(from, points[index]))
          expect(parse(chunks)).toEqual(parse([bytes]))
          expect(parse([...bytes].map((byte) => Buffer.of(byte)))).toEqual(parse([bytes]))
        },
      ),
      { numRuns: 1000 },
    )
  })
})
