import { codeToTokensBase, createShikiPrimitiveAsync, type GrammarState, getLastGrammarState } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import { GRAMMARS, type Language } from './languages.ts'
import { CODE_THEME } from './theme.ts'

/** A line of code in pieces. `colour` is one of the page's own, so that dark and light need no second run. */
export type Line = readonly { text: string; colour: string | undefined }[]

/** Lines that are coloured in one go: a few milliseconds' worth. */
const LINES_AT_ONCE = 24
/** Longer code stays plain. Characters. */
const CODE_MAX = 60_000
/** Longer lines are data rather than code, and stay plain. Characters. */
const LINE_MAX = 1_000
/** What was coloured is kept for coming back to it. Blocks. */
const KEPT_MAX = 80

// The library's usual highlighter would bring a writer of HTML along, which nothing here may use.
let started: ReturnType<typeof createShikiPrimitiveAsync> | undefined
const kept = new Map<string, readonly Line[]>()

/**
 * Colours code, a piece at a time, so that the page stays quick meanwhile. No WebAssembly: the page's policy has no place
 * for it.
 * @returns undefined where it is too long, or was given up
 */
export async function highlight(
  code: string,
  language: Language,
  signal: AbortSignal,
): Promise<readonly Line[] | undefined> {
  if (code.length > CODE_MAX) return undefined
  const key = `${language}\n${code}`
  const known = kept.get(key)
  if (known !== undefined) return known
  started ??= createShikiPrimitiveAsync({
    themes: [CODE_THEME],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  })
  const highlighter = await started
  if (!highlighter.getLoadedLanguages().includes(language)) await highlighter.loadLanguage(GRAMMARS[language].load())

  const source = code.split('\n')
  const lines: Line[] = []
  let state: GrammarState | undefined
  for (let first = 0; first < source.length; first += LINES_AT_ONCE) {
    await breathe()
    if (signal.aborted) return undefined
    const tokens = codeToTokensBase(highlighter, source.slice(first, first + LINES_AT_ONCE).join('\n'), {
      lang: language,
      theme: 'keyway',
      tokenizeMaxLineLength: LINE_MAX,
      ...(state === undefined ? {} : { grammarState: state }),
    })
    state = getLastGrammarState(highlighter, tokens)
    for (const line of tokens) lines.push(join(line))
  }
  const oldest = kept.keys().next()
  if (kept.size >= KEPT_MAX && oldest.done !== true) kept.delete(oldest.value)
  kept.set(key, lines)
  return lines
}

/** Neighbours of one colour are one piece: fewer elements. */
function join(tokens: readonly { content: string; color?: string }[]): Line {
  const line: { text: string; colour: string | undefined }[] = []
  for (const { content, color } of tokens) {
    const colour = color === undefined || color === PLAIN ? undefined : color
    const last = line.at(-1)
    if (last !== undefined && (last.colour === colour || content.trim() === '')) last.text += content
    else line.push({ text: content, colour })
  }
  return line
}

const PLAIN = 'var(--code-ink)'

const breathe = () => new Promise((resolve) => setTimeout(resolve))
