import { BLOCK_FORMULA, FORMULA_MAX, INLINE_FORMULA } from './lex.ts'

/** A single dollar sign is a formula's beginning for as long as this, on one line; then it is money. Characters. */
const INLINE_OPEN_MAX = 200

/** The signs before and after a formula, with the line ends beside them. Characters. */
const MARKS = 8

const DISPLAY_OPEN = /^(?:\$\$(?!\$)|\\[[(])(?![\s\S]*\n[ \t]*\n)/
const INLINE_OPEN = /^\$(?![\s$\d])(?:\\[^\n]?|[^$\\\n`|])*$/

/** Closed by as many signs as it began with. */
const CODE = /^(`+)(?!`)[\s\S]*?[^`]\1(?!`)/

/**
 * Where a formula begins whose end has not come yet.
 * @returns undefined where every formula is whole
 */
export function openFormulaIn(source: string): number | undefined {
  const next = /[$\\`]/g
  for (let found = next.exec(source); found !== null; found = next.exec(source)) {
    const at = found.index
    if (source[at] === '`') {
      const code = CODE.exec(source.slice(at))
      // Code that is not closed yet: nothing in it is a formula.
      if (code === null) return undefined
      next.lastIndex = at + code[0].length
      continue
    }
    // What is longer is none, so nothing behind it need be looked at.
    const rest = source.slice(at, at + FORMULA_MAX + MARKS)
    const whole = INLINE_FORMULA.exec(rest) ?? BLOCK_FORMULA.exec(rest)
    if (whole !== null) {
      next.lastIndex = at + whole[0].length
      continue
    }
    if (DISPLAY_OPEN.test(rest) && source.length - at <= FORMULA_MAX) return at
    if (rest.length <= INLINE_OPEN_MAX && INLINE_OPEN.test(rest)) return at
    if (rest.startsWith('\\') || rest.startsWith('$$')) next.lastIndex = at + 2
  }
  return undefined
}

/** A growing text in which a formula that is only begun is plain letters: half of one is no formula, and no markdown. */
export function holdOpenFormula(source: string): string {
  const at = openFormulaIn(source)
  if (at === undefined) return source
  const plain = source.slice(at).replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return source.slice(0, at) + plain
}
