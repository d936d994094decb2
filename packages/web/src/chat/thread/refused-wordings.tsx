import { useTranslation } from 'react-i18next'
import { FoldedText, type Folding } from '../message/folded-text.tsx'
import { nameOf, useModels } from '../models.ts'
import { textOf } from './outgoing.ts'
import { useThread } from './use-thread.ts'

const FOLD: Folding = {
  characters: 320,
  lines: 6,
  look: 'text-sm leading-5.5 text-ink-2',
  folded: 'max-h-33 [mask-image:linear-gradient(#000_65%,transparent)]',
}

/**
 * A comparison that could not go out, where its columns would stand. The composer takes back a message, but not several
 * wordings: so what was asked, and of whom, stays to be read and copied while it can be tried again.
 */
export function RefusedWordings() {
  const { t } = useTranslation()
  const models = useModels()
  const outgoing = useThread(({ trouble }) => trouble?.outgoing)
  if (outgoing?.kind !== 'wordings') return null
  return (
    <section aria-label={t('chat.comparisonRefused')} className="mx-auto max-w-[51rem] animate-rise px-3 sm:px-6">
      <h2 className="mb-2 text-sm font-medium text-ink-2">{t('chat.comparisonRefused')}</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        {outgoing.columns.map(({ model, parts }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was refused does not change
          <div key={place} className="min-w-0 rounded-xl border border-dashed border-line-strong px-4 py-3">
            <h3 className="mb-1 truncate text-sm font-medium">{nameOf(models, model)}</h3>
            <FoldedText text={textOf(parts)} fold={FOLD} />
          </div>
        ))}
      </div>
    </section>
  )
}
