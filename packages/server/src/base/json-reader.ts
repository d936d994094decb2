import { hexValue, parseString, unescapedLength } from './json-string.ts'
import type { NameTable } from './name-table.ts'

/**
 * Containers inside containers that we follow. Real requests stay under 20 (JSON schemas of tools are the deepest);
 * the bound keeps our stack, and the provider's, out of a depth bomb's reach.
 */
export const JSON_DEPTH_MAX = 64

/** Bytes of a string looked at one by one before wider steps pay for their set-up. Measured, not derived. */
const NARROW_BYTES = 8
/** Bytes looked at four at a time before a native search pays for its call. Measured, not derived. */
const WIDE_BYTES = 1024

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const LOWER_U = 0x75

/** A number without an exponent has to be longer than this to be more than any double. */
const DOUBLE_DIGITS = 308

/** The text is no JSON by RFC 8259, or nests too deep. The message says what was expected and at which byte. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/** What a value is, told by its first byte alone. 'none': no value begins there. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'none'

/**
 * A pull reader over the bytes of one JSON text: the caller opens containers and asks for the next member or element,
 * and reads or skips each value. It makes no objects and changes nothing, and whatever it steps over it has checked by
 * RFC 8259, so that no later parser can read the text in another way.
 *
 *     reader.openObject()
 *     while (reader.nextMember()) { const name = reader.name(table); const start = reader.pos; reader.skip(); ... }
 *     reader.finish()
 *
 * @throws JsonError from every method that moves
 */
export class JsonReader {
  /** Where the next value begins, or, after reading one, where it ended. */
  pos = 0
  /** The opening quote of the last member's name. */
  nameStart = 0
  /** The byte after the closing quote of the last member's name. */
  nameEnd = 0
  /** The first number that no double holds (`1e309`), as it stands: JSON allows it, and each parser makes of it what it will. */
  overflow: string | undefined
  #bytes: Buffer
  #start = 0
  #end = 0
  #depth = 0
  /** true between the opening of a container and its first member or element. */
  #fresh = false
  #nameEscaped = false
  #view: DataView | undefined
  /** The quote that the last native search found: searching again before it is passed would be quadratic. */
  #quoteAt = -1

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = asBuffer(bytes)
    this.reset(this.#bytes, start, end)
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  /** Begins anew on other bytes, so that a stream needs one reader and not one per event. */
  reset(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    this.#view = undefined
    this.#quoteAt = -1
    this.#depth = 0
    this.#fresh = false
    this.overflow = undefined
    this.pos = start
    this.#skipSpace()
  }

  kind(): JsonKind {
    const first = this.#bytes[this.pos] ?? 0
    if (first === QUOTE) return 'string'
    if (first === OPEN_BRACE) return 'object'
    if (first === OPEN_BRACKET) return 'array'
    if (first === 0x6e) return 'null'
    if (first === 0x74 || first === 0x66) return 'boolean'
    return first === MINUS || (first >= ZERO && first <= NINE) ? 'number' : 'none'
  }

  /** Enters the object that begins here. */
  openObject(): void {
    this.#open(OPEN_BRACE, 'an object')
  }

  /** Enters the array that begins here. */
  openArray(): void {
    this.#open(OPEN_BRACKET, 'an array')
  }

  /** Moves to the next member's value; false, and past the closing brace, when there is none. */
  nextMember(): boolean {
    if (!this.#next(CLOSE_BRACE, '"," or "}"')) return false
    if (this.#bytes[this.pos] !== QUOTE) this.#fail('a member name in quotes')
    this.nameStart = this.pos
    this.#nameEscaped = this.#skipString()
    this.nameEnd = this.pos
    this.#skipSpace()
    if (this.#bytes[this.pos] !== COLON) this.#fail('":"')
    this.pos++
    this.#skipSpace()
    return true
  }

  /** Moves to the next element; false, and past the closing bracket, when there is none. */
  nextElement(): boolean {
    return this.#next(CLOSE_BRACKET, '"," or "]"')
  }

  /** The last member's name if the table holds it. The name is compared unescaped. */
  name(table: NameTable): string | undefined {
    return this.#nameEscaped
      ? table.findText(this.nameText())
      : table.findBytes(this.#bytes, this.nameStart + 1, this.nameEnd - 1)
  }

  /** The last member's name, unescaped. */
  nameText(): string {
    return this.#nameEscaped
      ? parseString(this.#bytes, this.nameStart, this.nameEnd)
      : this.#bytes.toString('utf8', this.nameStart + 1, this.nameEnd - 1)
  }

  /** Steps over the value that begins here, whatever it is. */
  skip(): void {
    const first = this.#bytes[this.pos] ?? 0
    if (first === QUOTE) {
      this.#skipString()
    } else if (first === OPEN_BRACE) {
      this.openObject()
      while (this.nextMember()) this.skip()
    } else if (first === OPEN_BRACKET) {
      this.openArray()
      while (this.nextElement()) this.skip()
    } else if (first === MINUS || (first >= ZERO && first <= NINE)) {
      this.#skipNumber()
    } else if (first === 0x74) {
      this.#skipWord('true')
    } else if (first === 0x66) {
      this.#skipWord('false')
    } else {
      this.#skipWord('null')
    }
  }

  /** Steps over the value and gives its text as it stands; for short values, since it makes a string of it. */
  raw(): string {
    const start = this.pos
    this.skip()
    return this.#bytes.toString('utf8', start, this.pos)
  }

  /** Steps over a string and gives it unescaped. */
  string(): string {
    const start = this.pos
    if (this.#bytes[start] !== QUOTE) this.#fail('a string')
    const escaped = this.#skipString()
    return escaped ? parseString(this.#bytes, start, this.pos) : this.#bytes.toString('utf8', start + 1, this.pos - 1)
  }

  /** Steps over a string and gives its length unescaped, in UTF-8 bytes. */
  stringBytes(): number {
    const start = this.pos
    if (this.#bytes[start] !== QUOTE) this.#fail('a string')
    const escaped = this.#skipString()
    return escaped ? unescapedLength(this.#bytes, start + 1, this.pos - 1) : this.pos - start - 2
  }

  /** Checks that the text ends here. */
  finish(): void {
    if (this.pos > this.#end) this.#fail('a whole value')
    this.#skipSpace()
    if (this.pos < this.#end) this.#fail('the end of the text')
  }

  #open(brace: number, expected: string): void {
    if (this.#bytes[this.pos] !== brace) this.#fail(expected)
    if (this.#depth === JSON_DEPTH_MAX) this.#fail(`at most ${JSON_DEPTH_MAX} levels of objects and arrays`)
    this.#depth++
    this.#fresh = true
    this.pos++
  }

  #next(close: number, expected: string): boolean {
    this.#skipSpace()
    const first = this.#bytes[this.pos] ?? 0
    if (first === close) {
      this.#depth--
      this.#fresh = false
      this.pos++
      return false
    }
    if (this.#fresh) {
      this.#fresh = false
      return true
    }
    if (first !== COMMA) this.#fail(expected)
    this.pos++
    this.#skipSpace()
    return true
  }

  #skipSpace(): void {
    const bytes = this.#bytes
    let at = this.pos
    for (;;) {
      const byte = bytes[at] ?? 0
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break
      at++
    }
    this.pos = at
  }

  /** Steps over a string; true when it holds an escape. A byte past the end reads as 0, which no string may hold. */
  #skipString(): boolean {
    const bytes = this.#bytes
    let at = this.pos + 1
    let escaped = false
    let wideFrom = at + NARROW_BYTES
    for (;;) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) break
      if (byte === BACKSLASH) {
        at = this.#skipEscape(at)
        escaped = true
        wideFrom = at + NARROW_BYTES
      } else if (byte < 0x20) {
        this.pos = at
        this.#fail(at < this.#end ? 'no control character in a string' : 'the closing quote of a string')
      } else if (++at === wideFrom) {
        at = this.#skipPlain(at)
      }
    }
    this.pos = at + 1
    return escaped
  }

  #skipEscape(at: number): number {
    const bytes = this.#bytes
    const letter = bytes[at + 1] ?? 0
    if (letter === LOWER_U) {
      for (let digit = at + 2; digit < at + 6; digit++) {
        if (hexValue(bytes[digit] ?? 0) < 0) {
          this.pos = at
          this.#fail('four hexadecimal digits after "\\u"')
        }
      }
      return at + 6
    }
    // " \ / b f n r t
    if (
      letter === QUOTE ||
      letter === BACKSLASH ||
      letter === 0x2f ||
      letter === 0x62 ||
      letter === 0x66 ||
      letter === 0x6e ||
      letter === 0x72 ||
      letter === 0x74
    ) {
      return at + 2
    }
    this.pos = at
    this.#fail('one of "\\/bfnrtu after a backslash')
  }

  /**
   * Steps over bytes that are neither quote, backslash nor control character; may stop before the first of these.
   * Four bytes at a time: a byte b is below 0x20 exactly when (b - 0x20) borrows and b itself has no high bit, and the
   * two others become zero under exclusive or. Borrows can only spoil bytes above a true hit, so "any hit" is exact.
   */
  #skipPlain(from: number): number {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
    const view = this.#view
    const last = this.#bytes.length - 4
    const narrowEnd = Math.min(last, from + WIDE_BYTES)
    let at = from
    for (; at <= narrowEnd; at += 4) {
      const word = view.getInt32(at, true)
      const quote = word ^ 0x22222222
      const slash = word ^ 0x5c5c5c5c
      const control = (word - 0x20202020) & ~word
      if ((((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash) | control) & 0x80808080) return at
    }
    return at > last ? at : this.#skipLong(at, view)
  }

  /** As skipPlain, for what is probably an image: native searches for quote and backslash, then controls alone. */
  #skipLong(from: number, view: DataView): number {
    if (this.#quoteAt < from) this.#quoteAt = this.#bytes.indexOf(QUOTE, from)
    if (this.#quoteAt < 0) {
      this.pos = this.#end
      this.#fail('the closing quote of a string')
    }
    const slash = this.#bytes.subarray(from, this.#quoteAt).indexOf(BACKSLASH)
    const stop = (slash < 0 ? this.#quoteAt : from + slash) - 16
    let at = from
    for (; at <= stop; at += 16) {
      const a = view.getInt32(at, true)
      const b = view.getInt32(at + 4, true)
      const c = view.getInt32(at + 8, true)
      const d = view.getInt32(at + 12, true)
      const control =
        ((a - 0x20202020) & ~a) | ((b - 0x20202020) & ~b) | ((c - 0x20202020) & ~c) | ((d - 0x20202020) & ~d)
      if (control & 0x80808080) return at
    }
    return at
  }

  #skipNumber(): void {
    const bytes = this.#bytes
    const start = this.pos
    let at = start
    let exponent = false
    if (bytes[at] === MINUS) at++
    if (bytes[at] === ZERO) at++
    else at = this.#skipDigits(at)
    if (bytes[at] === DOT) at = this.#skipDigits(at + 1)
    if (((bytes[at] ?? 0) | 0x20) === 0x65) {
      exponent = true
      at++
      if (bytes[at] === 0x2b || bytes[at] === MINUS) at++
      at = this.#skipDigits(at)
    }
    if ((exponent || at - start > DOUBLE_DIGITS) && this.overflow === undefined) {
      const text = bytes.toString('latin1', start, at)
      if (!Number.isFinite(Number(text))) this.overflow = text
    }
    this.pos = at
  }

  #skipDigits(from: number): number {
    const bytes = this.#bytes
    let at = from
    for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at++
    if (at === from) {
      this.pos = at
      this.#fail('a digit')
    }
    return at
  }

  #skipWord(word: 'true' | 'false' | 'null'): void {
    for (let index = 0; index < word.length; index++) {
      if (this.#bytes[this.pos + index] !== word.charCodeAt(index)) this.#fail('a value')
    }
    this.pos += word.length
  }

  #fail(expected: string): never {
    throw new JsonError(`expected ${expected} at byte ${Math.min(this.pos, this.#end) - this.#start}`)
  }
}

/** The same bytes as a Buffer; nothing is copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
