import { ChevronDown, Columns3, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '../../i18n/i18n.ts'
import { usePageCommands } from '../../palette/page-commands.ts'
import { classNames } from '../../ui/class-names.ts'
import { nameOf, useModels } from '../models.ts'
import { COMPARED_MAX } from './last-models.ts'

const ModelPicker = lazy(() => withTexts(['picker'], import('../../picker/model-picker.tsx')))

const BUTTON =
  'flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:h-11'

/** Which model answers, or which ones side by side. */
export function ModelButtons({
  models,
  onChange,
}: {
  models: readonly string[]
  onChange: (models: string[]) => void
}) {
  const { t } = useTranslation()
  const known = useModels()
  /** The place that is chosen for; one past the end adds one. */
  const [place, setPlace] = useState<number>()
  usePageCommands([{ id: 'switch-model', title: t('composer.choose'), run: () => setPlace(0) }])
  return (
    <div
      className={classNames(
        'flex min-w-0 items-center gap-0.5 max-sm:overflow-x-auto sm:flex-wrap',
        // There is more to the right, and it fades rather than ends.
        models.length > 1 && 'max-sm:[mask-image:linear-gradient(to_left,transparent,black_1.5rem)] max-sm:pr-6',
      )}
    >
      {models.map((id, index) => (
        <span
          // Of its place, not of its model: who chose another one still has the focus where they chose it.
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          key={index}
          className={
            models.length > 1
              ? 'flex min-w-0 items-center rounded-md border border-line bg-surface max-sm:shrink-0'
              : 'flex min-w-0 items-center'
          }
        >
          <button
            type="button"
            aria-haspopup="dialog"
            aria-label={t('composer.model', { name: nameOf(known, id) })}
            title={id}
            onClick={() => setPlace(index)}
            className={BUTTON}
          >
            <span className={`truncate ${known.get(id)?.callable === true ? '' : 'text-alarm line-through'}`}>
              {nameOf(known, id)}
            </span>
            <ChevronDown className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
          </button>
          {models.length > 1 && (
            <button
              type="button"
              aria-label={t('composer.remove', { name: nameOf(known, id) })}
              onClick={() => onChange(models.filter((one) => one !== id))}
              className="grid size-7 place-items-center rounded-md text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:size-11"
            >
              <X className="size-3.5" aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      {models.length === 0 && (
        <button type="button" aria-haspopup="dialog" onClick={() => setPlace(0)} className={BUTTON}>
          {t('composer.choose')}
        </button>
      )}
      {models.length > 0 && models.length < COMPARED_MAX && (
        <button
          type="button"
          aria-haspopup="dialog"
          aria-label={t('composer.compare')}
          title={t('composer.compare')}
          onClick={() => setPlace(models.length)}
          className={`${BUTTON} shrink-0 text-ink-3`}
        >
          <Columns3 className="size-4" aria-hidden="true" />
        </button>
      )}
      <Suspense>
        {place !== undefined && (
          <ModelPicker
            {...(models[place] === undefined ? {} : { chosen: models[place] })}
            without={models.toSpliced(place, 1)}
            onClose={() => setPlace(undefined)}
            onChoose={(id) => {
              setPlace(undefined)
              onChange(place < models.length ? models.with(place, id) : [...models, id])
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
