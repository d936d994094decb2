import { lexBlocks } from './lex.ts'
import { openFormulaIn } from './open-formula.ts'

/** A piece of markdown that can be rendered by itself. */
export type Block = {
  /** Where it begins: the same as long as the text only grows. */
  at: number
  source: string
  /** Code whose fence is not closed yet. It grows with every update, and must not be read anew each time. */
  openCode?: { language: string; code: string }
}

/** Items of a list that are rendered together. A list that is being written settles piece by piece. */
const ITEMS_TOGETHER = 8

const OPEN_FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\n`]*)(?:\n|$)/

/**
 * Cuts a growing text into blocks. Only what comes after the last settled block is looked at again, so an update costs as
 * much as the block that is being written, however long the text is.
 */
export function createBlockSplitter(): (text: string) => readonly Block[] {
  let known = ''
  let settled: Block[] = []
  let end = 0
  return (text) => {
    if (!text.startsWith(known)) {
      settled = []
      end = 0
    }
    known = text
    const rest = text.slice(end)
    // Most of the time of a long piece of code: nothing but it can follow.
    const blocks =
      openCode(rest) === undefined ? cutBefore(openFormulaIn(rest), rest, end) : [{ at: end, source: rest }]
    const last = blocks.pop()
    if (last === undefined) return settled
    settled = [...settled, ...blocks]
    end = last.at
    const open = openCode(last.source)
    return [...settled, open === undefined ? last : { ...last, openCode: open }]
  }
}

function openCode(rest: string): Block['openCode'] {
  const match = OPEN_FENCE.exec(rest)
  const fence = match?.[1]
  if (match === null || fence === undefined) return undefined
  const code = rest.slice(match[0].length)
  const closing = new RegExp(`(?:^|\\n) {0,3}${fence[0] === '~' ? '~' : '`'}{${fence.length},}[ \\t]*(?:\\n|$)`)
  if (closing.test(code)) return undefined
  return { language: languageOf(match[2] ?? ''), code }
}

/** The first word after the fence: 'ts' of 'ts title="a.ts"'. */
export function languageOf(info: string): string {
  return (info.trim().split(/[\s{]/)[0] ?? '').toLowerCase()
}

/** As {@link cut}, but what is after an open formula's beginning stays with what it stands in: its lines are no blocks. */
function cutBefore(open: number | undefined, source: string, from: number): Block[] {
  if (open === undefined) return cut(source, from)
  const blocks = cut(source.slice(0, open), from)
  const last = blocks.pop() ?? { at: from, source: '' }
  return [...blocks, { ...last, source: last.source + source.slice(open) }]
}

/**
 * The blocks of a text, with every letter of it. The lexer's own pieces are not always the text as it was (it takes blanks
 * off), so they only say where to cut; what cannot be found stays together.
 */
function cut(source: string, from: number): Block[] {
  const cuts = [0]
  let at = 0
  for (const { type, raw, items = [] } of lexBlocks(source)) {
    // A gap belongs to what is before it.
    if (type !== 'space' && at > 0) cuts.push(at)
    if (!source.startsWith(raw, at)) break
    let item = at
    for (const [index, text] of items.entries()) {
      if (!source.startsWith(text, item)) break
      if (index > 0 && index % ITEMS_TOGETHER === 0) cuts.push(item)
      item += text.length
    }
    at += raw.length
  }
  return cuts
    .map((begin, index) => ({ at: from + begin, source: source.slice(begin, cuts[index + 1]) }))
    .filter((block) => block.source !== '')
}
