import type { JsonReader } from '../base/json-reader.ts'

/** Characters that tell one encrypted text from all others: its end, where the proof of its making is. */
const TAIL_CHARACTERS = 64

/** Steps over a string that only its maker can read, and gives what it is known by; undefined when it is empty. */
export function sealedTail(reader: JsonReader): string | undefined {
  const start = reader.pos + 1
  reader.skip()
  const end = reader.pos - 1
  return end > start ? reader.bytes.toString('latin1', Math.max(start, end - TAIL_CHARACTERS), end) : undefined
}
