/**
 * The known name that was probably meant, or undefined when none is near: at most a third of its letters differ.
 * ('prot', ['port', 'host']) -> 'port'
 */
export function nearestName(written: string, known: Iterable<string>): string | undefined {
  const target = written.toLowerCase().replaceAll('-', '_')
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const name of known) {
    const distance = editDistance(target, name.toLowerCase().replaceAll('-', '_'))
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best !== undefined && least <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other. */
function editDistance(a: string, b: string): number {
  // A name of ours is short; longer input cannot be near and would cost its square.
  if (Math.abs(a.length - b.length) > 40) return Number.POSITIVE_INFINITY
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const at = (line: number[], index: number) => line[index] ?? Number.POSITIVE_INFINITY
      let value = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1))
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        value = Math.min(value, at(before, column - 2) + 1)
      }
      current.push(value)
    }
    before = above
    above = current
  }
  return above[b.length] ?? Number.POSITIVE_INFINITY
}
