import { Markdown } from '../markdown/markdown.tsx'
import { useRevealed } from './use-revealed.ts'

/** Text of an answer that may still be growing. */
export function Written({ text, live }: { text: string; live: boolean }) {
  const shown = useRevealed(text)
  return <Markdown text={shown} live={live || shown.length < text.length} />
}
