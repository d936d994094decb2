import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Where a text is folded, and how it looks: always, and while it is. */
export type Folding = { characters: number; lines: number; look: string; folded: string }

/**
 * What a person wrote, as they wrote it; of a long text the beginning, until all of it is asked for.
 * @param children stand in its place where its words are marked up
 */
export function FoldedText({ text, fold, children = text }: { text: string; fold: Folding; children?: ReactNode }) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(false)
  const long = text.length > fold.characters || text.split('\n').length > fold.lines
  return (
    <>
      <p
        className={`wrap-anywhere whitespace-pre-wrap ${fold.look} ${long && !whole ? `overflow-hidden ${fold.folded}` : ''}`}
      >
        {children}
      </p>
      {long && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 text-xs font-medium text-brass-text"
        >
          {whole ? t('chat.showLess') : t('chat.showAll')}
        </button>
      )}
    </>
  )
}
