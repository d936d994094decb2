import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applySplices, asciiJson, MemberSplicer, readMembers, type Splice } from './json-splice.ts'
import { NameTable } from './name-table.ts'
import { randomJson, randomMembers } from './random-json.ts'
import { addMember, parseSlow, printSlow, withoutMembers } from './slow-json.ts'

const NONE = new NameTable([])

function edit(text: string, goes: (index: number) => boolean, added: string[]): string {
  const bytes = Buffer.from(text)
  const splices: Splice[] = []
  const splicer = new MemberSplicer(splices, bytes.indexOf('{') + 1)
  for (const [index, member] of readMembers(bytes, NONE).entries()) {
    if (goes(index)) splicer.remove(member.nameStart, member.valueEnd)
    else {
      splicer.keep(member.nameStart)
      splicer.kept(member.valueEnd)
    }
  }
  splicer.close(added.join(','))
  return applySplices(bytes, splices).toString()
}

describe('MemberSplicer', () => {
  it.each([
    ['{"a":1, "b":2 ,"c":3}', [1], '{"a":1 ,"c":3}'],
    ['{"a":1, "b":2 ,"c":3}', [0], '{"b":2 ,"c":3}'],
    ['{"a":1, "b":2 ,"c":3 }', [2], '{"a":1, "b":2 }'],
    ['{ "a":1, "b":2 ,"c":3 }', [0, 1], '{ "c":3 }'],
    ['{ "a":1, "b":2 ,"c":3 }', [0, 1, 2], '{  }'],
    ['{ "a":1, "b":2 ,"c":3 }', [1, 2], '{ "a":1 }'],
  ])('%s without %j is %s', (text, goes, expected) => {
    expect(edit(text, (index) => goes.includes(index), [])).toBe(expected)
  })

  it('removes and adds as the slow reference does, and touches no other byte', () => {
    fc.assert(
      fc.property(
        randomMembers(randomJson, fc.constantFrom('"a"', '"b"', '"\\u0061"', '"é"')),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 0, max: 2 }),
        (text, goes, additions) => {
          const tree = parseSlow(text)
          if (!('members' in tree)) throw new Error('not an object')
          const gone = new Set(tree.members.filter((_, index) => goes[index]))
          withoutMembers(tree, (member) => gone.has(member))
          const added = ['"x":1', '"y":[2 ]'].slice(0, additions)
          if (additions > 0) addMember(tree, 'x', '1')
          if (additions > 1) addMember(tree, 'y', '[2 ]')
          // The reference adds before the closing space, as the splicer does behind the last member.
          expect(edit(text, (index) => goes[index] === true, added)).toBe(printSlow(tree))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('asciiJson', () => {
  it('writes any string in ASCII that reads back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const json = asciiJson(value)
        expect(json).toMatch(/^[\x20-\x7e]*$/)
        expect(JSON.parse(json)).toBe(value)
      }),
    )
  })
})
