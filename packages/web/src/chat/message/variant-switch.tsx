import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { sayFailure, showBranch } from '../thread/acts.ts'
import { useThreadStore } from '../thread/use-thread.ts'

/** < 2 / 3 >: the other questions or answers that were here. */
export function VariantSwitch({ variants, at }: { variants: readonly string[]; at: number }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  if (variants.length < 2) return null
  const go = (by: 1 | -1) => {
    const id = variants[at + by]
    if (id === undefined) return
    showBranch(store, id).catch(sayFailure)
    // The other one is another row with a switch of its own: pressing again goes on.
    requestAnimationFrame(() => {
      const there = document.querySelector(`[data-row="${CSS.escape(id)}"] [data-variants]`)
      const buttons = there?.querySelectorAll<HTMLButtonElement>('button:enabled') ?? []
      const again = by === 1 ? buttons[buttons.length - 1] : buttons[0]
      again?.focus()
    })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div className="flex items-center text-xs text-ink-3" role="group" data-variants="" aria-label={t('chat.variants')}>
      <IconButton
        label={t('chat.variantBefore')}
        disabled={at <= 0}
        onClick={() => go(-1)}
        className="size-7 disabled:opacity-40"
      >
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <span className="tabular" role="status">
        {t('chat.variantAt', { at: at + 1, of: variants.length })}
      </span>
      <IconButton
        label={t('chat.variantAfter')}
        disabled={at >= variants.length - 1}
        onClick={() => go(1)}
        className="size-7 disabled:opacity-40"
      >
        <ChevronRight aria-hidden="true" />
      </IconButton>
    </div>
  )
}
