import './prose.css'
import { memo, useRef } from 'react'
import remend from 'remend'
import { CodeFence } from './code-fence.tsx'
import { lex } from './lex.ts'
import { holdOpenFormula } from './open-formula.ts'
import { render } from './render.tsx'
import { type Block, createBlockSplitter } from './split-blocks.ts'

/** `[name]: https://...`: what links of the form `[text][name]` lead to, anywhere in the text. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$/gm

/**
 * An answer's text. While it grows only its last block is read and rendered again.
 * @param live is it still growing?
 */
export const Markdown = memo(function Markdown({ text, live }: { text: string; live: boolean }) {
  const split = useRef<ReturnType<typeof createBlockSplitter>>(undefined)
  split.current ??= createBlockSplitter()
  const blocks = split.current(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text)
  const definitions = text.includes(']: ') ? (text.match(DEFINITION) ?? []).join('\n') : ''
  return (
    <div className="prose" data-live={live || undefined}>
      {blocks.map((block, index) => (
        <MarkdownBlock
          key={block.at}
          source={block.source}
          openCode={block.openCode}
          definitions={block.source.includes('][') || block.source.includes(']') ? definitions : ''}
          growing={live && index === blocks.length - 1}
        />
      ))}
    </div>
  )
})

type Props = { source: string; openCode: Block['openCode']; definitions: string; growing: boolean }

const MarkdownBlock = memo(
  function MarkdownBlock({ source, openCode, definitions, growing }: Props) {
    if (openCode !== undefined) return <CodeFence {...openCode} open={growing} />
    // What is begun and not ended yet (bold, a link) is shown as what it will be; half a formula would be another one.
    const whole = growing ? remend(holdOpenFormula(source)) : source
    return render(lex(definitions === '' ? whole : `${whole}\n\n${definitions}`))
  },
  (before, after) =>
    before.source === after.source && before.growing === after.growing && before.definitions === after.definitions,
)
