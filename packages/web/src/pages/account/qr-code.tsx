import { useMemo } from 'react'
import { encode } from 'uqr'

/** What phones want around a code, in modules. ISO/IEC 18004. */
const QUIET = 4

/** A QR code, dark on light in either theme: cameras read no other. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => draw(text), [text])
  const side = size + 2 * QUIET
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-lg border border-line"
    >
      <rect x={-QUIET} y={-QUIET} width={side} height={side} fill="#fff" />
      <path d={path} fill="#0b1210" />
    </svg>
  )
}

/** The dark modules as one path: a bar for each run of a row. */
function draw(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  let path = ''
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x++) {
      if (row[x] !== true) continue
      let end = x
      while (row[end] === true) end++
      path += `M${x} ${y}h${end - x}v1H${x}z`
      x = end
    }
  }
  return { path, size }
}
