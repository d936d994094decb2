/** Pixels in RGBA of 8 bits, four bytes each, row by row. */
export type Pixels = { width: number; height: number; rgba: Uint8Array }

/** Takes the rows of a picture, from the top on, and gives the small one. */
export type Shrinking = { add(row: Uint8Array): void; finish(): Pixels }

/**
 * Makes a picture fit a square: each pixel of the small one is the mean of the area that it stands for. A picture that fits
 * stays as it is. Only sums of the small one are kept.
 */
export function shrinkTo(sideMax: number, { width, height }: { width: number; height: number }): Shrinking {
  const longest = Math.max(width, height, sideMax)
  const across = sharing(width, Math.max(1, Math.round((width * sideMax) / longest)))
  const down = sharing(height, Math.max(1, Math.round((height * sideMax) / longest)))
  const line = new Float64Array(across.few * 4)
  // Whole numbers, and the largest is below 2^40: no float is inexact.
  const sums = new Float64Array(down.few * line.length)
  let y = 0

  return {
    add(row) {
      addAcross(line, row, across)
      const last = lastOf(y, down)
      for (let to = firstOf(y, down); to <= last; to++) {
        const share = shareOf(y, to, down)
        const begin = to * line.length
        for (let at = 0; at < line.length; at++) sums[begin + at] = (sums[begin + at] ?? 0) + (line[at] ?? 0) * share
      }
      y += 1
    },
    finish() {
      const rgba = new Uint8Array(sums.length)
      for (let at = 0; at < sums.length; at += 4) {
        const alpha = sums[at + 3] ?? 0
        if (alpha === 0) continue
        for (let channel = at; channel < at + 3; channel++) rgba[channel] = Math.round((sums[channel] ?? 0) / alpha)
        rgba[at + 3] = Math.round(alpha / (width * height))
      }
      return { width: across.few, height: down.few, rgba }
    },
  }
}

/** Puts a row together. Colours count by how much of them is seen: what is clear would else darken the edges. */
function addAcross(line: Float64Array, row: Uint8Array, across: Sharing): void {
  for (let to = 0; to < across.few; to++) {
    let [red, green, blue, alpha] = [0, 0, 0, 0]
    const end = Math.ceil(((to + 1) * across.many) / across.few)
    for (let x = Math.floor((to * across.many) / across.few); x < end; x++) {
      const seen = (row[4 * x + 3] ?? 0) * shareOf(x, to, across)
      red += (row[4 * x] ?? 0) * seen
      green += (row[4 * x + 1] ?? 0) * seen
      blue += (row[4 * x + 2] ?? 0) * seen
      alpha += seen
    }
    line[4 * to] = red
    line[4 * to + 1] = green
    line[4 * to + 2] = blue
    line[4 * to + 3] = alpha
  }
}

/** `many` pixels that become `few`: each of the many has `few` parts, each of the few is made of `many`. */
type Sharing = { many: number; few: number }

function sharing(many: number, few: number): Sharing {
  return { many, few }
}

/** How many parts of a pixel go to one of the few. */
function shareOf(one: number, to: number, { many, few }: Sharing): number {
  return Math.min((one + 1) * few, (to + 1) * many) - Math.max(one * few, to * many)
}

/** The first of the few to which a pixel goes. */
function firstOf(one: number, { many, few }: Sharing): number {
  return Math.floor((one * few) / many)
}

/** The last of the few to which a pixel goes; never more than the next, since they are fewer. */
function lastOf(one: number, { many, few }: Sharing): number {
  return Math.ceil(((one + 1) * few) / many) - 1
}
