/** More words than this in either text are not compared: it takes the product of both. */
const WORDS_MAX = 1_500

/** A piece of a text, and whether another text lacks it. */
export type Piece = { text: string; differs: boolean }

/** Words, what stands between them, and what a prompt asks for, each by itself. */
const WORDS = /\s+|\{\{[^{}]*\}\}|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu

/**
 * A text in pieces: what another one has too, in the same order, and what it has not.
 * @returns undefined where the texts are too long for it
 */
export function differingWords(text: string, other: string): Piece[] | undefined {
  const words = text.match(WORDS) ?? []
  const others = other.match(WORDS) ?? []
  if (words.length > WORDS_MAX || others.length > WORDS_MAX) return undefined
  const kept = commonWords(words, others)
  const pieces: Piece[] = []
  for (const [place, word] of words.entries()) {
    const last = pieces.at(-1)
    // A blank between two words that differ belongs to them.
    const differs = !kept.has(place) || (word.trim() === '' && last?.differs === true && !kept.has(place + 1))
    if (last !== undefined && last.differs === differs) last.text += word
    else pieces.push({ text: word, differs })
  }
  return pieces
}

/** The places of the longest run of words that stand in both in the same order. */
function commonWords(words: readonly string[], others: readonly string[]): ReadonlySet<number> {
  const width = others.length + 1
  // How long it is from each pair of places on.
  const lengths = new Uint16Array((words.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = words.length - 1; i >= 0; i--) {
    for (let j = others.length - 1; j >= 0; j--) {
      lengths[i * width + j] = words[i] === others[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const kept = new Set<number>()
  for (let i = 0, j = 0; i < words.length && j < others.length; ) {
    if (words[i] === others[j]) {
      kept.add(i++)
      j++
    } else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return kept
}
