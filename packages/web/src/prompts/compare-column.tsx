import type { PromptVersion } from '@keyway/contract'
import { ChevronDown } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOf, useModels } from '../chat/models.ts'
import { withTexts } from '../i18n/i18n.ts'
import { SelectField } from '../ui/field.tsx'
import { Differing } from './differing.tsx'

const ModelPicker = lazy(() => withTexts(['picker'], import('../picker/model-picker.tsx')))

/** One side of a comparison: a version, what is different in it, and the model that is asked. */
export function CompareColumn({
  label,
  versions,
  side,
  other,
  onChange,
}: {
  label: string
  versions: readonly PromptVersion[]
  side: { version: string; model: string }
  /** The text of the other side. */
  other: string
  onChange: (change: { version?: string; model?: string }) => void
}) {
  const { t, i18n } = useTranslation()
  const models = useModels()
  const [picking, setPicking] = useState(false)
  const [newest] = versions
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' })
  const name = side.model === '' ? t('prompts.compareModel') : nameOf(models, side.model)
  return (
    <fieldset className="grid min-w-0 content-start gap-2">
      <legend className="sr-only">{label}</legend>
      <SelectField label={label} value={side.version} onChange={({ target }) => onChange({ version: target.value })}>
        {versions.map(({ id, version, created_at }) => (
          <option key={id} value={id}>
            {[
              t('prompts.version', { version }),
              day.format(new Date(created_at)),
              ...(id === newest?.id ? [t('prompts.current')] : []),
            ].join(' · ')}
          </option>
        ))}
      </SelectField>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what one fills in */}
      <div
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
        tabIndex={0}
        aria-label={label}
        className="max-h-28 min-h-12 overflow-y-auto sm:h-36 sm:max-h-none rounded-md bg-sunken px-3 py-2 text-xs leading-5 wrap-anywhere whitespace-pre-wrap text-ink-2"
      >
        <Differing text={versions.find(({ id }) => id === side.version)?.text ?? ''} from={other} />
      </div>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={t('prompts.compareAsks', { name })}
        onClick={() => setPicking(true)}
        className="flex h-9 min-w-0 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 text-sm shadow-low hover:border-ink-3 pointer-coarse:h-11"
      >
        <span className="truncate">{name}</span>
        <ChevronDown className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      </button>
      <Suspense>
        {picking && (
          <ModelPicker
            {...(side.model === '' ? {} : { chosen: side.model })}
            onClose={() => setPicking(false)}
            onChoose={(model) => {
              setPicking(false)
              onChange({ model })
            }}
          />
        )}
      </Suspense>
    </fieldset>
  )
}
