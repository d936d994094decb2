import { JsonReader } from './json-reader.ts'
import type { NameTable } from './name-table.ts'

/** Replace the bytes from `start` up to `end` by `text`, which is ASCII (see {@link asciiJson}). */
export type Splice = { start: number; end: number; text: string }

/** Where one member of an object stands: its name's opening quote, its value, and the byte after its value. */
export type Member = {
  /** Unescaped. */
  name: string
  nameStart: number
  nameEnd: number
  valueStart: number
  valueEnd: number
}

/**
 * The members of the object between `start` and `end`, in order, repeated names included; every byte is checked.
 * @param known names that need no new string each
 * @throws JsonError when it is no object
 */
export function readMembers(bytes: Uint8Array, known: NameTable, start = 0, end = bytes.length): Member[] {
  const reader = new JsonReader(bytes, start, end)
  const members: Member[] = []
  reader.openObject()
  while (reader.nextMember()) {
    const { nameStart, nameEnd, pos: valueStart } = reader
    const name = reader.name(known) ?? reader.nameText()
    reader.skip()
    members.push({ name, nameStart, nameEnd, valueStart, valueEnd: reader.pos })
  }
  reader.finish()
  return members
}

/**
 * Writes the splices that edit one object, member by member in the order in which they stand.
 *
 * A removed member takes one comma with it: the one before it, or, when no member before it stays, the one behind it.
 * `{"a":1, "b":2 ,"c":3}` is `{"a":1 ,"c":3}` without b and `{"b":2 ,"c":3}` without a.
 * Added members stand last. Every other byte stays.
 */
export class MemberSplicer {
  readonly #splices: Splice[]
  /** Where an addition would go: behind the last member, or behind the opening brace. */
  #tail: number
  #kept = false
  /** Where the removal of leading members began, until a member that stays is met. */
  #leading = -1

  /** @param opened the byte after the object's opening brace */
  constructor(splices: Splice[], opened: number) {
    this.#splices = splices
    this.#tail = opened
  }

  /** Begins anew, for another object. */
  reset(opened: number): void {
    this.#tail = opened
    this.#kept = false
    this.#leading = -1
  }

  /** The member stays; call it when its name is met, before splices of its value. */
  keep(nameStart: number): void {
    if (this.#leading >= 0) {
      this.#splices.push({ start: this.#leading, end: nameStart, text: '' })
      this.#leading = -1
    }
    this.#kept = true
  }

  /** Tells where the member that stays ends. */
  kept(valueEnd: number): void {
    this.#tail = valueEnd
  }

  remove(nameStart: number, valueEnd: number): void {
    if (this.#kept) this.#splices.push({ start: this.#tail, end: valueEnd, text: '' })
    else if (this.#leading < 0) this.#leading = nameStart
    this.#tail = valueEnd
  }

  /** Ends the object, with these members ('"a":1' or '"a":1,"b":2', '' for none) behind the others. */
  close(added: string): Splice | undefined {
    const text = this.#kept && added !== '' ? `,${added}` : added
    const start = this.#leading >= 0 ? this.#leading : this.#tail
    if (text === '' && start === this.#tail) return undefined
    const splice = { start, end: this.#tail, text }
    this.#splices.push(splice)
    return splice
  }
}

/** Below this, one string is quicker to put together than bytes copied piece by piece. Measured. */
const SMALL_BYTES = 4096

/**
 * The text with the splices applied, one character for each byte.
 * @param at where the text stands in the bytes that the splices speak of
 */
export function spliceText(text: string, at: number, splices: readonly Splice[]): string {
  let edited = ''
  let from = 0
  for (const splice of splices) {
    edited += text.slice(from, splice.start - at) + splice.text
    from = splice.end - at
  }
  return edited + text.slice(from)
}

/**
 * The bytes with the splices applied. The splices are in order and do not overlap; without any, the bytes themselves.
 */
export function applySplices(bytes: Buffer, splices: readonly Splice[]): Buffer {
  if (splices.length === 0) return bytes
  if (bytes.length < SMALL_BYTES) {
    return Buffer.from(spliceText(bytes.toString('latin1'), 0, splices), 'latin1')
  }
  let length = bytes.length
  for (const splice of splices) length += splice.text.length - (splice.end - splice.start)
  const edited = Buffer.allocUnsafe(length)
  let from = 0
  let to = 0
  for (const splice of splices) {
    to += bytes.copy(edited, to, from, splice.start)
    if (splice.text !== '') to += edited.write(splice.text, to, 'latin1')
    from = splice.end
  }
  bytes.copy(edited, to, from)
  return edited
}

/** What stands for itself in a JSON string: printable ASCII but the quote and the backslash. */
const PLAIN_ASCII = /^[ !#-[\]-~]*$/

/** The value as JSON in ASCII alone, so that it can be spliced into bytes of any encoding step: 'é' -> '"\\u00e9"'. */
export function asciiJson(value: string): string {
  if (PLAIN_ASCII.test(value)) return `"${value}"`
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
