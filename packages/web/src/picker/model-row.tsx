import type { ModelItem } from '@keyway/contract'
import { Brain, Check, Eye, Star, Wrench } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatUsd } from '../format/money.ts'
import { formatTokens } from '../format/tokens.ts'
import { Chip } from '../ui/chip.tsx'

/** One model of the list: name, who serves it, what it can do, holds and costs. */
export function ModelRow({
  id,
  model,
  active,
  chosen,
  favourite,
  onPoint,
  onChoose,
  onFavourite,
}: {
  id: string
  model: ModelItem
  active: boolean
  chosen: boolean
  favourite: boolean
  onPoint: () => void
  onChoose?: (id: string) => void
  onFavourite: (id: string) => void
}) {
  const { t, i18n } = useTranslation()
  const { price_input_usd_per_mtok: input, price_output_usd_per_mtok: output } = model
  const usd = (amount: string) => formatUsd(amount, i18n.language)
  const price = input === null || output === null ? undefined : { input: usd(input), output: usd(output) }
  return (
    // The field above has the focus and the keys; this is for the pointer.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-disabled={!model.callable || undefined}
      onPointerMove={onPoint}
      onClick={() => model.callable && onChoose?.(model.id)}
      className={`mx-2 flex h-13 items-center gap-3 rounded-md px-3 ${active ? 'bg-hover' : ''} ${onChoose !== undefined && model.callable ? 'cursor-pointer' : ''}`}
    >
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className={`truncate font-medium ${model.callable ? '' : 'text-ink-3'}`}>{model.name}</span>
          {chosen && <Check className="size-3.5 shrink-0 text-brass-text" aria-hidden="true" />}
          {model.house && <Chip tone="brass">{t('picker.house')}</Chip>}
          {model.free && <Chip tone="hold">{t('picker.free')}</Chip>}
          {!model.callable && <Chip>{t(model.withheld ? 'picker.withheld' : 'picker.notCallable')}</Chip>}
        </p>
        <p className="flex items-center gap-2 text-ink-3">
          <span className="truncate font-mono text-2xs">{model.id}</span>
          {/* On a phone there is room below the name alone. */}
          <Abilities model={model} className="sm:hidden" />
        </p>
      </div>
      <Abilities model={model} className="max-sm:hidden" />
      <p className="grid shrink-0 justify-items-end text-xs tabular">
        {price === undefined ? (
          <span className="text-ink-3">{t('picker.priceUnknown')}</span>
        ) : (
          <>
            <span aria-hidden="true">
              {price.input} / {price.output}
            </span>
            <span className="sr-only">{t('picker.price', price)}</span>
          </>
        )}
        {model.context_length !== null && (
          <span className="text-2xs text-ink-3">
            {formatTokens(model.context_length, i18n.language)} {t('picker.context')}
          </span>
        )}
      </p>
      {/* For the pointer alone: an option may hold nothing that takes the focus, and the key for it is Ctrl+B. */}
      <span
        aria-hidden="true"
        title={t(favourite ? 'picker.unfavourite' : 'picker.favourite', { name: model.name })}
        onClick={(event) => {
          event.stopPropagation()
          onFavourite(model.id)
        }}
        className="grid size-8 shrink-0 cursor-pointer place-items-center rounded-md text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:size-11"
      >
        <Star className={`size-4 ${favourite ? 'fill-brass text-brass-text' : ''}`} />
      </span>
    </div>
  )
}

function Abilities({ model, className }: { model: ModelItem; className: string }) {
  const { t } = useTranslation()
  return (
    <span className={`flex shrink-0 items-center gap-1.5 text-ink-3 ${className}`}>
      {model.input_modalities.includes('image') && <Ability icon={Eye} label={t('picker.vision')} />}
      {model.tools && <Ability icon={Wrench} label={t('picker.tools')} />}
      {model.reasoning && <Ability icon={Brain} label={t('picker.reasoning')} />}
    </span>
  )
}

function Ability({ icon: Icon, label }: { icon: typeof Eye; label: string }) {
  return (
    <span title={label}>
      <Icon className="size-3.5" aria-hidden="true" />
      <span className="sr-only">{label}</span>
    </span>
  )
}
