import { useMemo } from 'react'
import { differingWords } from './differing-words.ts'

/** A text with the words marked that another one does not have; plain where they are the same, or too long to compare. */
export function Differing({ text, from }: { text: string; from: string }) {
  const pieces = useMemo(() => differingWords(text, from), [text, from])
  if (pieces === undefined) return text
  return pieces.map(({ text: piece, differs }, place) =>
    differs ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: another text has other pieces
      <mark key={place} className="rounded-xs bg-brass-wash box-decoration-clone text-brass-text">
        {piece}
      </mark>
    ) : (
      piece
    ),
  )
}
