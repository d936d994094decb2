import { KeywayError } from '../base/errors.ts'

// A file to be brought in may have 64 MB. Parsed whole it would stop everybody's answers for a second and take several
// times its size; so it is cut where its list's elements begin and end, and each is parsed by itself.

/** Lists within lists, deeper than any honest file. */
const DEPTH_MAX = 200

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** One element of a list of the file, or one plain member: bytes `from` up to `to`. */
export type Piece = {
  /** The member that it is, or is in; null: the file itself is a list. */
  member: string | null
  inList: boolean
  from: number
  to: number
}

/**
 * The elements of a file that is a list, or an object with lists in it. Only their ends are looked for: what is between
 * may be no JSON all the same.
 * @throws KeywayError invalid_json
 */
export function* piecesOf(bytes: Uint8Array): Generator<Piece, void> {
  // Three bytes by which some programs mark UTF-8.
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const first = afterBlanks(bytes, start)
  let end: number
  if (bytes[first] === OPEN_LIST) end = yield* elements(bytes, first, null)
  else if (bytes[first] === OPEN_OBJECT) end = yield* members(bytes, first)
  else throw broken()
  if (afterBlanks(bytes, end) < bytes.length) throw broken()
}

/** @returns where the list ends */
function* elements(bytes: Uint8Array, open: number, member: string | null): Generator<Piece, number> {
  let at = afterBlanks(bytes, open + 1)
  if (bytes[at] === CLOSE_LIST) return at + 1
  for (;;) {
    const to = endOfValue(bytes, at)
    yield { member, inList: true, from: at, to }
    const next = afterBlanks(bytes, to)
    if (bytes[next] === CLOSE_LIST) return next + 1
    if (bytes[next] !== COMMA) throw broken()
    at = afterBlanks(bytes, next + 1)
  }
}

/** @returns where the object ends */
function* members(bytes: Uint8Array, open: number): Generator<Piece, number> {
  let at = afterBlanks(bytes, open + 1)
  if (bytes[at] === CLOSE_OBJECT) return at + 1
  for (;;) {
    const nameEnd = bytes[at] === QUOTE ? endOfString(bytes, at) : 0
    const colon = afterBlanks(bytes, nameEnd)
    if (nameEnd === 0 || bytes[colon] !== COLON) throw broken()
    const member = String(parsePiece(bytes, { from: at, to: nameEnd }))
    const from = afterBlanks(bytes, colon + 1)
    let to: number
    if (bytes[from] === OPEN_LIST) to = yield* elements(bytes, from, member)
    else {
      to = endOfValue(bytes, from)
      yield { member, inList: false, from, to }
    }
    const next = afterBlanks(bytes, to)
    if (bytes[next] === CLOSE_OBJECT) return next + 1
    if (bytes[next] !== COMMA) throw broken()
    at = afterBlanks(bytes, next + 1)
  }
}

/** The value of a piece. @throws KeywayError invalid_json */
export function parsePiece(bytes: Uint8Array, { from, to }: Pick<Piece, 'from' | 'to'>): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'))
  } catch (cause) {
    throw broken(cause)
  }
}

function endOfValue(bytes: Uint8Array, from: number): number {
  const first = bytes[from]
  if (first === QUOTE) return endOfString(bytes, from)
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) return endOfWord(bytes, from)
  let depth = 0
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfString(bytes, at) - 1
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (++depth > DEPTH_MAX) throw broken()
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (--depth === 0) return at + 1
    }
  }
  throw broken()
}

/** @param from where its quote stands */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let quote = bytes.indexOf(QUOTE, from + 1); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let escapes = 0
    while (bytes[quote - 1 - escapes] === BACKSLASH && quote - 1 - escapes > from) escapes++
    if (escapes % 2 === 0) return quote + 1
  }
  throw broken()
}

/** A number, true, false or null. */
function endOfWord(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && !isBlank(bytes[at]) && ![COMMA, CLOSE_LIST, CLOSE_OBJECT].includes(bytes[at] ?? 0)) at++
  if (at === from) throw broken()
  return at
}

function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && isBlank(bytes[at])) at++
  return at
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function broken(cause?: unknown): KeywayError {
  return new KeywayError('invalid_json', 'The file is not whole JSON.', cause === undefined ? {} : { cause })
}
