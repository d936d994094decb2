// Words as both databases index them. We fold and part texts ourselves, so that SQLite and PostgreSQL find the same, and so
// that what a person types is never read as the syntax of a query.

/** What one text adds to the index at most: a long answer has 2,000 words, and a database's vector holds 16,383 places. */
const MOST_WORDS = 16_000
/** Longer runs of letters and digits are data, not words. They are found by their beginning. */
const MOST_LETTERS = 40
/** What of one text is looked at, in UTF-16 units. */
const MOST_UNITS = 200_000
/** Words of a query that count. */
const MOST_QUERY_WORDS = 12

/** Scripts that put no spaces between words: each letter is a word, and letters that follow each other are a phrase. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const RUNS = /[\p{L}\p{M}\p{N}]+/gu
/** The accents of Latin, Greek and Cyrillic. In other scripts such marks are letters. */
const ACCENTS = /[\u0300-\u036f]/g
/** Letters that are no letter with an accent, and that people type without. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ð: 'd',
}
/** Most words of most texts: nothing but letter case is to be folded. */
const PLAIN_LETTERS = /^[a-z0-9]*$/i
const NOT_PLAIN = /[ßæœøđłıþð]/g

/** One word and where it stands in its text, in UTF-16 units. */
export type Word = { word: string; start: number; end: number }

/** What a query asks for: each of these, next to each other within one; the last may be a beginning. */
export type Term = { words: readonly string[]; prefix: boolean }

/** A word without letter case, accents and ligatures: 'Élan' and 'elan' are one, 'Straße' and 'STRASSE' too. */
export function foldWord(word: string): string {
  if (PLAIN_LETTERS.test(word)) return word.toLowerCase()
  return word
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(NOT_PLAIN, (letter) => PLAIN[letter] ?? letter)
}

/** The words of a text, in order. */
export function* wordsOf(text: string): Generator<Word> {
  for (const match of text.slice(0, MOST_UNITS).matchAll(RUNS)) {
    if (!UNSPACED.test(match[0])) yield* asWords(match[0], match.index)
    else yield* partRun(match[0], match.index)
  }
}

/** A run in which letters of unspaced scripts stand: they one by one, what is between them whole. */
function* partRun(run: string, at: number): Generator<Word> {
  let start = at
  let pending = ''
  for (const letter of run) {
    if (UNSPACED.test(letter)) {
      yield* asWords(pending, start)
      const from = start + pending.length
      yield* asWords(letter, from)
      start = from + letter.length
      pending = ''
    } else pending += letter
  }
  yield* asWords(pending, start)
}

function* asWords(run: string, start: number): Generator<Word> {
  // A compatibility letter may fold to several words, or to none: what is no letter or digit parts them.
  for (const [word] of foldWord(run).matchAll(RUNS)) {
    yield { word: Array.from(word).slice(0, MOST_LETTERS).join(''), start, end: start + run.length }
  }
}

/** What is indexed of a text. */
export function indexedWords(text: string): string[] {
  const words: string[] = []
  for (const { word } of wordsOf(text)) {
    if (words.length >= MOST_WORDS) break
    words.push(word)
  }
  return words
}

/** What a query asks for. Empty: nothing that could be looked for. */
export function termsOf(query: string): Term[] {
  const terms: { words: string[]; end: number }[] = []
  let count = 0
  for (const { word, start, end } of wordsOf(query)) {
    if (++count > MOST_QUERY_WORDS) break
    const last = terms.at(-1)
    // Letters of an unspaced script that follow each other directly are one phrase.
    if (last && (last.end === start || last.end === end)) {
      last.words.push(word)
      last.end = end
    } else terms.push({ words: [word], end })
  }
  // Where a blank follows the last word, it is whole.
  const open = /[\p{L}\p{M}\p{N}]$/u.test(query)
  return terms.map(({ words }, i) => ({ words, prefix: open && i === terms.length - 1 }))
}
