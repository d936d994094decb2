import type { JsonReader } from '../base/json-reader.ts'
import type { Splice } from '../base/json-splice.ts'

/** More strings than this in one chunk, and reading it anew is as quick. */
const HOLES_MAX = 6

/** A string that may differ from one event to the next without any edit changing: where it stands, quotes included. */
export type Hole = {
  start: number
  end: number
  /** Is it answer text? */
  counted: boolean
}

type Segment = {
  /** As the provider sent it, from the closing quote of one hole to the opening quote of the next. */
  raw: string
  /** The same, edited. */
  edited: string
  /** Is the hole behind it answer text? */
  counted: boolean
}

/**
 * A chunk with holes. The chunks of a stream differ in little but their text, so that one which is another but for the
 * strings in its holes has the same edits: it need not be read again. JSON has no two readings, so if the segments are
 * equal byte for byte and each hole is one whole string, the chunk is what the template says it is.
 *
 *     {"id":"c","choices":[{"delta":{"content":" fox"}}],"obfuscation":"xW3"}
 *     ^------------------------------------------^ hole ^----------------^ hole ^
 */
export class ChunkTemplate {
  readonly #segments: readonly Segment[]

  private constructor(segments: readonly Segment[]) {
    this.#segments = segments
  }

  /**
   * @param text one character for each byte
   * @param at where `text` stands in the bytes that the splices and holes speak of
   */
  static learn(
    text: string,
    at: number,
    { splices, holes }: { splices: readonly Splice[]; holes: readonly Hole[] },
  ): ChunkTemplate | undefined {
    if (holes.length === 0 || holes.length > HOLES_MAX) return undefined
    const segments: Segment[] = []
    let from = 0
    let next = 0
    for (let index = 0; index <= holes.length; index++) {
      const hole = holes[index]
      const to = hole === undefined ? text.length : hole.start - at + 1
      let edited = ''
      let copied = from
      for (; ; next++) {
        const splice = splices[next]
        if (splice === undefined || splice.start - at >= to) break
        edited += text.slice(copied, splice.start - at) + splice.text
        copied = splice.end - at
      }
      edited += text.slice(copied, to)
      segments.push({ raw: flat(text.slice(from, to)), edited: flat(edited), counted: hole?.counted ?? false })
      if (hole !== undefined) from = hole.end - at - 1
    }
    return new ChunkTemplate(segments)
  }

  /**
   * The chunk edited, and the bytes of answer text in it; undefined when it is another kind of chunk.
   * @param text the chunk, one character for each byte, which stands in `bytes` at `at`
   * @throws JsonError when a string in a hole is none
   */
  fill(
    reader: JsonReader,
    text: string,
    { bytes, at }: { bytes: Buffer; at: number },
  ): { edited: string; answerBytes: number } | undefined {
    const segments = this.#segments
    let from = 0
    let edited = ''
    let answerBytes = 0
    for (let index = 0; ; index++) {
      const segment = segments[index]
      if (segment === undefined) return undefined
      // Not startsWith: V8 compares that one character at a time.
      const to = from + segment.raw.length
      if (text.slice(from, to) !== segment.raw) return undefined
      from = to
      edited += segment.edited
      if (index === segments.length - 1) return from === text.length ? { edited, answerBytes } : undefined
      reader.reset(bytes, at, at + text.length)
      reader.pos = at + from - 1
      const length = reader.stringBytes()
      if (segment.counted) answerBytes += length
      edited += text.slice(from, reader.pos - 1 - at)
      from = reader.pos - 1 - at
    }
  }
}

/** The same string in memory of its own: slices and sums of strings are compared and copied more slowly, and keep others alive. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
