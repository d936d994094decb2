import { memo } from 'react'
import { piecesOf } from './code-pieces.ts'

/** Code that is being written: plain, in pieces. Only the last one is set again when more comes. */
export function GrowingCode({ code }: { code: string }) {
  return piecesOf(code).map(({ at, lines }) => <Piece key={at} lines={lines} />)
}

const Piece = memo(function Piece({ lines }: { lines: string }) {
  return <span className="code-piece">{lines}</span>
})
