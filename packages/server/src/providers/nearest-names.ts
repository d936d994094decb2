/** Letters that may differ, at most; and no more than a third of what was written. */
const DISTANCE_MAX = 4

/** Longer names are nobody's typing error, and comparing them would cost their length times the catalogue. */
const LENGTH_MAX = 100

/** Between one letter's difference and two: 'claude' and 'claude-sonnet-5' are near though they differ in many. */
const PART_SCORE = 1.5

/**
 * The ids that were probably meant, nearest first; the author may be left out. Time is bounded: a band of
 * {@link DISTANCE_MAX} beside the diagonal for each id.
 *
 *     nearestNames('gpt5', ['openai/gpt-5', 'x-ai/grok-4'], 5) // ['openai/gpt-5']
 */
export function nearestNames(written: string, ids: Iterable<string>, count: number): string[] {
  if (written.length === 0 || written.length > LENGTH_MAX) return []
  const target = written.toLowerCase()
  const bare = target.slice(target.indexOf('/') + 1)
  const bound = Math.min(DISTANCE_MAX, Math.floor(bare.length / 3))
  const scored: { id: string; score: number }[] = []
  for (const id of ids) {
    const name = id.toLowerCase()
    const bareName = name.slice(name.indexOf('/') + 1)
    let score = editDistance(bare, bareName, bound)
    if (score > PART_SCORE && bare.length >= 3 && bareName.includes(bare)) score = PART_SCORE
    if (score <= bound) scored.push({ id, score })
  }
  scored.sort((a, b) => a.score - b.score || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
  return scored.slice(0, count).map(({ id }) => id)
}

/** Insertions, deletions and replacements between two texts; Infinity when there are more than `bound`. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound) return Number.POSITIVE_INFINITY
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const from = Math.max(1, row - bound)
    const to = Math.min(b.length, row + bound)
    const current = new Array<number>(b.length + 1).fill(Number.POSITIVE_INFINITY)
    current[0] = row
    let least = row
    for (let column = from; column <= to; column++) {
      const replaced = (above[column - 1] ?? bound) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const removed = (above[column] ?? Number.POSITIVE_INFINITY) + 1
      const added = (current[column - 1] ?? Number.POSITIVE_INFINITY) + 1
      const value = Math.min(replaced, removed, added)
      current[column] = value
      if (value < least) least = value
    }
    if (least > bound) return Number.POSITIVE_INFINITY
    above = current
  }
  const distance = above[b.length] ?? Number.POSITIVE_INFINITY
  return distance > bound ? Number.POSITIVE_INFINITY : distance
}
