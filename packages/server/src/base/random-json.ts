import fc from 'fast-check'

/** For tests: JSON as people and their libraries never write it, as text. */
const SPACES = ['', '', '', ' ', '\n', '\t ', '\r\n  ']
const NUMBERS = [
  '0',
  '-0',
  '1.0',
  '12345678901234567890',
  '-1e5',
  '1E+2',
  '0.10',
  '9007199254740993',
  '1e400',
  '3.0e-07',
]
const PIECES = [
  'a',
  'é',
  '世',
  '🌍',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '\\u0065',
  '\\ud83d\\ude00',
  '\\udc00',
  '\\u0000',
  'model',
  ' ',
  '}',
  ']',
  ',',
  ':',
  'x'.repeat(70),
  'y'.repeat(1500),
]

const space = fc.constantFrom(...SPACES)
export const randomString = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 6 })
  .map((pieces) => `"${pieces.join('')}"`)

export const { value: randomJson } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...NUMBERS, 'true', 'false', 'null'),
    randomString,
    tie('object'),
    tie('array'),
  ),
  object: randomMembers(tie('value'), randomString),
  array: fc
    .tuple(space, fc.array(fc.tuple(tie('value'), space), { maxLength: 4 }))
    .map(([lead, elements]) => `[${lead}${elements.map(([value, after]) => value + after).join(`,${lead}`)}]`),
}))

/** An object's text of the given names and values; names repeat, as they may. */
export function randomMembers(value: fc.Arbitrary<string>, name: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(space, fc.array(fc.tuple(name, space, space, value, space, space), { maxLength: 6 }))
    .map(([lead, members]) =>
      printMembers(
        lead,
        members.map(([key, a, b, item, c, d]) => ({ member: `${key}${a}:${b}${item}`, before: c, after: d })),
      ),
    )
}

/** Members in an order, with space around their commas. */
export function printMembers(
  lead: string,
  members: readonly { member: string; before: string; after: string }[],
): string {
  const text = members.map(
    ({ member, before, after }, index) => member + before + (index === members.length - 1 ? '' : `,${after}`),
  )
  return `{${lead}${text.join('')}}`
}

export { space as randomSpace }
