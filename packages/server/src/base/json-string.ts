const BACKSLASH = 0x5c
const LOWER_U = 0x75
const ZERO = 0x30
const NINE = 0x39

/** The value of a string between `start` and `end`, quotes included and already checked. */
export function parseString(bytes: Buffer, start: number, end: number): string {
  const value: unknown = JSON.parse(bytes.toString('utf8', start, end))
  return String(value)
}

/** 0 to 15; -1 for a byte that is no hexadecimal digit. */
export function hexValue(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** UTF-8 bytes of a string's content (between its quotes, already checked) once unescaped. A lone surrogate counts 3, as U+FFFD. */
export function unescapedLength(bytes: Buffer, start: number, end: number): number {
  let length = 0
  for (let at = start; at < end; ) {
    if (bytes[at] !== BACKSLASH) {
      length++
      at++
    } else if (bytes[at + 1] !== LOWER_U) {
      length++
      at += 2
    } else {
      const unit = codeUnit(bytes, at + 2)
      at += 6
      const low = bytes[at] === BACKSLASH && bytes[at + 1] === LOWER_U ? codeUnit(bytes, at + 2) : 0
      if (unit >= 0xd800 && unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
        length += 4
        at += 6
      } else {
        length += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3
      }
    }
  }
  return length
}

function codeUnit(bytes: Buffer, at: number): number {
  let unit = 0
  for (let digit = at; digit < at + 4; digit++) unit = unit * 16 + hexValue(bytes[digit] ?? 0)
  return unit
}
