import { Marked, type Token, type TokenizerAndRendererExtension, type Tokens } from 'marked'

/** A formula: `$$ ... $$` or `\[ ... \]` on its own, `$x$` or `\( ... \)` within a line. */
export type FormulaToken = { type: 'formula'; raw: string; text: string; display: boolean }

/** Longer ones are no formula but a forgotten dollar sign. Characters. */
export const FORMULA_MAX = 4_000

// A lone dollar is money. It is a formula only where no blank is inside its ends and no digit follows, as pandoc has it.
/** A whole formula within a line, at the beginning of a text. */
export const INLINE_FORMULA =
  /^(?:\$\$(?!\$)([^$]+?)\$\$|\$(?![\s$])((?:\\[^\n]|[^$\\\n`])+?)(?<!\s)\$(?!\d)|\\\((.+?)\\\))/s
/** A whole formula on its own, at the beginning of a text. */
export const BLOCK_FORMULA = /^(?:\$\$(?!\$)\s*([\s\S]+?)\s*\$\$|\\\[\s*([\s\S]+?)\s*\\\])[ \t]*(?:\n+|$)/

const formula = (raw: string, text: string, display: boolean): FormulaToken | undefined =>
  text.length > FORMULA_MAX || text.includes('\n\n') ? undefined : { type: 'formula', raw, text, display }

const blockFormula: TokenizerAndRendererExtension = {
  name: 'blockFormula',
  level: 'block',
  start: (source) => source.match(/(?:^|\n)[ \t]*(?:\$\$|\\\[)/)?.index,
  tokenizer(source) {
    const match = BLOCK_FORMULA.exec(source)
    return match === null ? undefined : formula(match[0], (match[1] ?? match[2] ?? '').trim(), true)
  },
}

const inlineFormula: TokenizerAndRendererExtension = {
  name: 'inlineFormula',
  level: 'inline',
  start: (source) => source.match(/\$|\\\(/)?.index,
  tokenizer(source) {
    const match = INLINE_FORMULA.exec(source)
    return match === null ? undefined : formula(match[0], (match[1] ?? match[2] ?? match[3] ?? '').trim(), false)
  },
}

const marked = new Marked({ gfm: true, extensions: [blockFormula, inlineFormula] })

/** What markdown is made of, as a tree. Nothing of it is markup yet, and nothing becomes markup here. */
export function lex(source: string): Token[] {
  return marked.lexer(source)
}

/** The pieces that stand one below the other, without what is in them. */
export function lexBlocks(source: string): { type: string; raw: string; items?: readonly string[] }[] {
  // What is inline waits in a queue that nobody works off: blocks alone are several times faster.
  return new marked.Lexer(marked.defaults).blockTokens(source, []).map((token) => ({
    type: token.type,
    raw: token.raw,
    ...(token.type === 'list' ? { items: (token as Tokens.List).items.map(({ raw }) => raw) } : {}),
  }))
}
