/**
 * A second opinion for tests: JSON as a tree that keeps every byte of its text, made by regular expressions and
 * recursion, with no thought of speed and nothing in common with json-reader.ts.
 */
export type SlowValue = { text: string } | SlowObject | SlowArray
export type SlowMember = { name: string; rawName: string; colon: string; value: SlowValue }
/** `separators[i]` stands between member i and member i + 1, comma included. */
export type SlowObject = { members: SlowMember[]; separators: string[]; head: string; tail: string }
export type SlowArray = { elements: SlowValue[]; separators: string[]; head: string; tail: string }

/** @param text valid JSON */
export function parseSlow(text: string): SlowValue {
  const space = /^[ \t\r\n]*/.exec(text)?.[0] ?? ''
  const state = { rest: text.slice(space.length) }
  const value = parseValue(state)
  if ('head' in value) {
    value.head = space + value.head
    value.tail += state.rest
    return value
  }
  return { text: space + value.text + state.rest }
}

export function printSlow(value: SlowValue): string {
  if ('text' in value) return value.text
  const parts =
    'members' in value
      ? value.members.map((member) => member.rawName + member.colon + printSlow(member.value))
      : value.elements.map(printSlow)
  return value.head + parts.map((part, index) => part + (value.separators[index] ?? '')).join('') + value.tail
}

/** The object without the members that `goes` names, in the way that MemberSplicer promises. */
export function withoutMembers(object: SlowObject, goes: (member: SlowMember) => boolean): void {
  for (let index = 0; index < object.members.length; ) {
    const member = object.members[index]
    if (member === undefined || !goes(member)) {
      index++
      continue
    }
    object.members.splice(index, 1)
    object.separators.splice(index === 0 ? 0 : index - 1, 1)
  }
}

export function addMember(object: SlowObject, name: string, value: string): void {
  if (object.members.length > 0) object.separators.push(',')
  object.members.push({ name, rawName: JSON.stringify(name), colon: ':', value: { text: value } })
}

function parseValue(state: { rest: string }): SlowValue {
  if (state.rest.startsWith('{')) {
    const object: SlowObject = {
      members: [],
      separators: [],
      head: take(state, /^\{(?:(?![ \t\r\n]*\})[ \t\r\n]*)?/),
      tail: '',
    }
    while (!/^[ \t\r\n]*\}/.test(state.rest)) {
      const rawName = take(state, /^"(?:[^"\\]|\\.)*"/)
      const colon = take(state, /^[ \t\r\n]*:[ \t\r\n]*/)
      object.members.push({ name: String(JSON.parse(rawName)), rawName, colon, value: parseValue(state) })
      const separator = /^[ \t\r\n]*,[ \t\r\n]*/.exec(state.rest)
      if (separator) object.separators.push(take(state, /^[ \t\r\n]*,[ \t\r\n]*/))
    }
    object.tail = take(state, /^[ \t\r\n]*\}/)
    return object
  }
  if (state.rest.startsWith('[')) {
    const array: SlowArray = { elements: [], separators: [], head: take(state, /^\[[ \t\r\n]*/), tail: '' }
    while (!/^[ \t\r\n]*\]/.test(state.rest)) {
      array.elements.push(parseValue(state))
      if (/^[ \t\r\n]*,/.test(state.rest)) array.separators.push(take(state, /^[ \t\r\n]*,[ \t\r\n]*/))
    }
    array.tail = take(state, /^[ \t\r\n]*\]/)
    return array
  }
  return { text: take(state, /^(?:"(?:[^"\\]|\\.)*"|[^ \t\r\n,\]}]+)/) }
}

function take(state: { rest: string }, pattern: RegExp): string {
  const found = pattern.exec(state.rest)?.[0]
  if (found === undefined) throw new Error(`expected ${pattern} at ${state.rest.slice(0, 40)}`)
  state.rest = state.rest.slice(found.length)
  return found
}
