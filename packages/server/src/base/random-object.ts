import fc from 'fast-check'
import { printMembers, randomJson, randomSpace, randomString } from './random-json.ts'

/** For tests: one member of an object, its name and value as JSON. */
export type Random = { name: string; value: string }

/** Names that none of our lists holds; `\u` spellings and repetitions included. */
const unknownName = fc.oneof(
  fc.constantFrom('"temperature"', '"se\\u0065d"', '"1"', '"__proto__"', '"\\ud800"', '""'),
  randomString.map((name) => `"~${name.slice(1)}`),
)

/** For tests: an object of some known members, each once and in any order, between unknown ones that may repeat. */
export function randomObject(known: fc.Arbitrary<Random[]>): fc.Arbitrary<string> {
  const unknown = fc.array(fc.record({ name: unknownName, value: randomJson }), { maxLength: 4 })
  return fc
    .tuple(known, unknown, randomSpace, fc.infiniteStream(fc.nat({ max: 1000 })), fc.infiniteStream(randomSpace))
    .map(([some, others, lead, order, spaces]) => {
      const members = [...some, ...others].map((item) => ({ item, rank: order.next().value }))
      members.sort((a, b) => a.rank - b.rank)
      return printMembers(
        lead,
        members.map(({ item }) => ({
          member: `${item.name}${spaces.next().value}:${spaces.next().value}${item.value}`,
          before: spaces.next().value,
          after: spaces.next().value,
        })),
      )
    })
}

/** For tests: each member perhaps, with one of its spellings and values. */
export function some(choices: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Random[]> {
  const members = Object.entries(choices).map(([name, value]) =>
    fc.option(
      fc.record({
        name: fc.constantFrom(`"${name}"`, `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`),
        value,
      }),
      { nil: undefined },
    ),
  )
  return fc.tuple(...members).map((list) => list.filter((member) => member !== undefined))
}
