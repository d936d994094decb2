import type { Part } from '@keyway/contract'

/** Characters of a title made by us: what a line of the sidebar shows. */
const TITLE_CHARS_MAX = 60

/**
 * The first words of a message, or the name of its first attachment.
 *
 * '## How do I\nboil an egg?' -> 'How do I boil an egg?'
 */
export function titleOf(parts: readonly Part[]): string {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join(' ')
  const words = plain(text)
  if (words !== '') return shorten(words)
  const named = parts.find((part) => part.kind === 'file' || part.kind === 'image')
  return named?.name === undefined ? '' : shorten(plain(named.name))
}

/** One line, without the marks that Markdown puts before a line. */
function plain(text: string): string {
  return text
    .slice(0, 1_000)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replace(/^[\s#>*`-]+/u, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}

function shorten(line: string): string {
  const characters = [...line]
  if (characters.length <= TITLE_CHARS_MAX) return line
  const cut = characters.slice(0, TITLE_CHARS_MAX).join('')
  const space = cut.lastIndexOf(' ')
  return `${(space > TITLE_CHARS_MAX / 2 ? cut.slice(0, space) : cut).trimEnd()}\u2026`
}
