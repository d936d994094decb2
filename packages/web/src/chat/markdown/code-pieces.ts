/** Lines that stand together. */
const TOGETHER = 24

export type CodePiece = {
  /** Where it begins: the same as long as the code only grows. */
  at: number
  lines: string
}

/** A growing code in pieces of some lines, with every line end that it had. All but the last one are settled. */
export function piecesOf(code: string): CodePiece[] {
  const pieces: CodePiece[] = []
  let begin = 0
  let count = 0
  for (let end = code.indexOf('\n'); end !== -1; end = code.indexOf('\n', end + 1)) {
    if (++count % TOGETHER !== 0) continue
    pieces.push({ at: begin, lines: code.slice(begin, end + 1) })
    begin = end + 1
  }
  return begin < code.length ? [...pieces, { at: begin, lines: code.slice(begin) }] : pieces
}
