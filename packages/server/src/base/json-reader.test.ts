import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JSON_DEPTH_MAX, JsonError, JsonReader } from './json-reader.ts'
import { NameTable } from './name-table.ts'
import { randomJson } from './random-json.ts'

function check(text: string | Uint8Array): void {
  const reader = new JsonReader(Buffer.from(text))
  reader.skip()
  reader.finish()
}

function accepts(text: string | Uint8Array): boolean {
  try {
    check(text)
    return true
  } catch (error) {
    if (error instanceof JsonError) return false
    throw error
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

describe('JsonReader', () => {
  it.each([
    ['nothing', ''],
    ['trailing garbage', '{} x'],
    ['two values', '{}{}'],
    ['a trailing comma', '{"a":1,}'],
    ['a leading comma', '[,1]'],
    ['a missing comma', '[1 2]'],
    ['a missing colon', '{"a" 1}'],
    ['a bare name', '{a:1}'],
    ['an unterminated object', '{"a":1'],
    ['an unterminated string', '"abc'],
    ['a long unterminated string', `"${'x'.repeat(5000)}`],
    ['a string that ends in a backslash', '"abc\\'],
    ['an unknown escape', '"\\x41"'],
    ['a short unicode escape', '"\\u12"'],
    ['a raw line feed in a string', '"a\nb"'],
    ['a raw NUL in a string', '"a\0b"'],
    ['a raw control character far into a string', `"${'x'.repeat(5000)}\u0001${'x'.repeat(50)}"`],
    ['a raw control character in a middling string', `"${'x'.repeat(100)}\u001f${'x'.repeat(50)}"`],
    ['a leading zero', '01'],
    ['a plus sign', '+1'],
    ['a bare point', '.5'],
    ['a point without digits', '1.'],
    ['an exponent without digits', '1e'],
    ['a lone minus', '-'],
    ['NaN', 'NaN'],
    ['a cut word', 'tru'],
    ['a long word', 'nulls'],
    ['a byte order mark', '\ufeff{}'],
    ['a comment', '{/**/}'],
    ['single quotes', "'a'"],
    ['mismatched brackets', '[1}'],
  ])('refuses %s', (_, text) => {
    expect(parses(text)).toBe(false)
    expect(() => check(text)).toThrow(JsonError)
  })

  it('refuses one level more than the bound, and a bomb of a million, without overflowing the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(accepts(nested(JSON_DEPTH_MAX))).toBe(true)
    expect(() => check(nested(JSON_DEPTH_MAX + 1))).toThrow('64 levels')
    expect(() => check('{"a":'.repeat(1_000_000))).toThrow('64 levels')
  })

  it('accepts what JSON.parse accepts and refuses what it refuses, for JSON with one byte changed', () => {
    const changes = fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      'e',
      '.',
      ' ',
      '\n',
      '\u0001',
      'u',
      'n',
    )
    fc.assert(
      fc.property(randomJson, fc.nat(), changes, (text, at, change) => {
        const index = at % text.length
        const changed = text.slice(0, index) + change + text.slice(index + 1)
        expect(accepts(text)).toBe(true)
        // Cutting a surrogate pair in two makes text that UTF-8 cannot carry.
        fc.pre(changed.isWellFormed())
        expect(accepts(changed)).toBe(parses(changed))
      }),
      { numRuns: 3000 },
    )
  })

  it('stops at the end it was given, whatever stands behind', () => {
    const bytes = Buffer.from('{"a":1\n,"b":2}')
    const reader = new JsonReader(bytes, 0, 6)
    expect(() => {
      reader.skip()
      reader.finish()
    }).toThrow(JsonError)
  })

  it('finds a name behind its escapes, and reads it as any parser would', () => {
    const table = new NameTable(['model'])
    for (const name of ['"model"', '"mod\\u0065l"', '"\\u006dodel"', '"\\u006d\\u006f\\u0064\\u0065\\u006c"']) {
      const reader = new JsonReader(Buffer.from(`{${name}:1}`))
      reader.openObject()
      expect(reader.nextMember()).toBe(true)
      expect(reader.name(table)).toBe('model')
      expect(reader.nameText()).toBe('model')
    }
  })

  it('measures strings unescaped, lone surrogates as the replacement character', () => {
    fc.assert(
      fc.property(randomJson, (text) => {
        fc.pre(text.startsWith('"'))
        const value = String(JSON.parse(text)).toWellFormed()
        expect(new JsonReader(Buffer.from(text)).stringBytes()).toBe(Buffer.byteLength(value))
      }),
    )
  })

  it('steps over 50 MB of escapes in linear time', () => {
    const text = Buffer.from(`"${`${'x'.repeat(2000)}\\n`.repeat(25_000)}"`)
    const start = performance.now()
    check(text)
    // Quadratic search would take minutes; linear takes a tenth of a second.
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
