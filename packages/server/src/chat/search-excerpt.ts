import type { SearchHit } from '@keyway/contract'
import { type Term, termsOf, type Word, wordsOf } from '../store/chat-words.ts'

/** Characters shown before the first match, and in all. */
const BEFORE = 40
const LENGTH = 200

type Span = { start: number; end: number }

/** Words around the first match of a query in a text, in pieces; the matched words are marked. */
export function excerptOf(text: string, query: string): SearchHit['excerpt'] {
  const words = [...wordsOf(text)]
  const matches = termsOf(query)
    .flatMap((term) => placesOf(words, term))
    .sort((a, b) => a.start - b.start)
  const first = matches[0]?.start ?? 0
  const from = beginning(text, Math.max(0, first - BEFORE), first)
  const to = ending(text, Math.min(text.length, from + LENGTH))
  const pieces: SearchHit['excerpt'] = []
  const add = (start: number, end: number, match: boolean) => {
    const piece = text.slice(start, end).toWellFormed().replaceAll(/\s+/gu, ' ')
    if (piece !== '') pieces.push({ text: piece, match })
  }
  if (from > 0) pieces.push({ text: '\u2026', match: false })
  let at = from
  for (const { start, end } of matches) {
    if (start < at || end > to) continue
    add(at, start, false)
    add(start, end, true)
    at = end
  }
  add(at, to, false)
  if (to < text.length) pieces.push({ text: '\u2026', match: false })
  return pieces
}

/** Where a term stands: its words next to each other, the last perhaps only begun. */
function placesOf(words: readonly Word[], { words: sought, prefix }: Term): Span[] {
  const places: Span[] = []
  for (const [i, { start }] of words.entries()) {
    const matches = sought.every((one, n) => {
      const word = words[i + n]?.word
      return word === one || (prefix && n === sought.length - 1 && word?.startsWith(one) === true)
    })
    const last = words[i + sought.length - 1]
    if (matches && last) places.push({ start, end: last.end })
  }
  return places
}

/** The beginning of a word at or after `from`, at most at `latest`. */
function beginning(text: string, from: number, latest: number): number {
  if (from === 0) return 0
  const space = text.slice(from, latest).search(/\s\S/u)
  return space === -1 ? whole(text, from) : from + space + 1
}

function ending(text: string, to: number): number {
  if (to === text.length) return to
  const space = text.slice(0, to).search(/\s\S*$/u)
  return space > to - BEFORE ? space : whole(text, to)
}

/** Not between the two halves of a letter. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
