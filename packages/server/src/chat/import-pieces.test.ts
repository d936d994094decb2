import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parsePiece, piecesOf } from './import-pieces.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const valuesIn = (text: string) => {
  const bytes = bytesOf(text)
  return [...piecesOf(bytes)].map((piece) => parsePiece(bytes, piece))
}

describe('a file that is cut into pieces', () => {
  it.each([
    ...['', ' ', '[', '[1', '[1,', '[1,]', '[,]', '[1 2]', '[1]x', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,}', '{a:1}'],
    ...['"a"', '1', 'null', '["', '["\\"]', '["\\\\\\"]', '[{]', '{"a":[1}', '[[]', '{"a" 1}', '{1:2}', '[]]', '{}{}'],
    ...['['.repeat(10_000), `${'['.repeat(300)}${']'.repeat(300)}`, '\u0000', '[1],', '\ufeff'],
  ])('is refused when it is %j', (text) => {
    expect(() => valuesIn(text)).toThrow(expect.objectContaining({ code: 'invalid_json' }))
  })

  it('is refused where a piece is no JSON, when that piece is read', () => {
    const bytes = bytesOf('[{"a":}, {"b":1}]')
    const [first, second] = [...piecesOf(bytes)]
    expect(() => parsePiece(bytes, first ?? { from: 0, to: 0 })).toThrow(
      expect.objectContaining({ code: 'invalid_json' }),
    )
    expect(parsePiece(bytes, second ?? { from: 0, to: 0 })).toEqual({ b: 1 })
  })

  it('may begin with the mark of UTF-8, and have blanks everywhere', () => {
    expect(valuesIn('\ufeff [ 1 ,\r\n\t"a" , { } , [ ] ] \n')).toEqual([1, 'a', {}, []])
    const bytes = bytesOf(' { "kind" : "x" , "list" : [ 1 , 2 ] , "empty" : [ ] } ')
    expect([...piecesOf(bytes)].map(({ member, inList }) => [member, inList])).toEqual([
      ['kind', false],
      ['list', true],
      ['list', true],
    ])
  })
})

test('the pieces of any list are its elements', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.nat(4), (list, indent) => {
      expect(valuesIn(JSON.stringify(list, null, indent))).toEqual(
        list.map((value) => JSON.parse(JSON.stringify(value))),
      )
    }),
  )
})

test('the pieces of any object are its members and the elements of its lists', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object)
      const bytes = bytesOf(text)
      const found = [...piecesOf(bytes)].map((piece) => [piece.member, piece.inList, parsePiece(bytes, piece)])
      const expected = Object.entries(JSON.parse(text)).flatMap(([name, value]) =>
        Array.isArray(value) ? value.map((one) => [name, true, one]) : [[name, false, value]],
      )
      expect(found).toEqual(expected)
    }),
  )
})

test('no bytes whatever make it throw anything else', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom(...'[]{}",:\\ 1a') }).map(bytesOf)),
      (bytes) => {
        try {
          for (const piece of piecesOf(bytes)) expect(piece.to).toBeGreaterThan(piece.from)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_json' })
        }
      },
    ),
    { numRuns: 1000 },
  )
})
