import type { ModelItem } from '@keyway/contract'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatUsd } from '../format/money.ts'
import { formatTokens } from '../format/tokens.ts'
import type { Filters } from './filter-models.ts'

const CONTEXTS = [32_000, 128_000, 200_000, 1_000_000] as const
/** US dollars for a million tokens of output. */
const PRICES = [1, 5, 15] as const
const MARKS = ['free', 'tools', 'vision', 'reasoning'] as const

const PILL =
  'h-7 cursor-pointer rounded-full border border-line-strong px-2.5 text-xs font-medium text-ink-2 transition-colors duration-100 hover:text-ink pointer-coarse:h-10'

const SELECT = `${PILL} field-sizing-content max-w-44 bg-raised`

/** The sizes to choose from, with one that was given. */
function contextsWith(size: number): number[] {
  return [...new Set([...CONTEXTS, ...(size > 0 ? [size] : [])])].sort((a, b) => a - b)
}

/** Narrows the list: what a model must be able to do, cost, hold, and who serves it. */
export function FilterBar({
  models,
  filters,
  onChange,
}: {
  models: readonly ModelItem[]
  filters: Filters
  onChange: (filters: Filters) => void
}) {
  const { t, i18n } = useTranslation()
  const providers = useMemo(() => {
    const byId = new Map(models.flatMap((model) => model.providers.map(({ id, name }) => [id, name] as const)))
    return [...byId].sort(([, a], [, b]) => a.localeCompare(b))
  }, [models])
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">{t('picker.filters')}</legend>
      {MARKS.map((mark) => (
        <button
          key={mark}
          type="button"
          aria-pressed={filters[mark]}
          onClick={() => onChange({ ...filters, [mark]: !filters[mark] })}
          className={`${PILL} aria-pressed:border-brass-line aria-pressed:bg-brass-wash aria-pressed:text-brass-text`}
        >
          {t(`picker.${mark}`)}
        </button>
      ))}
      <select
        aria-label={t('picker.anyContext')}
        className={SELECT}
        value={filters.contextMin}
        onChange={(event) => onChange({ ...filters, contextMin: Number(event.target.value) })}
      >
        <option value={0}>{t('picker.anyContext')}</option>
        {contextsWith(filters.contextMin).map((size) => (
          <option key={size} value={size}>
            {t('picker.contextFrom', { size: formatTokens(size, i18n.language) })}
          </option>
        ))}
      </select>
      <select
        aria-label={t('picker.anyPrice')}
        className={SELECT}
        value={filters.outputPriceMax}
        onChange={(event) => onChange({ ...filters, outputPriceMax: Number(event.target.value) })}
      >
        <option value={0}>{t('picker.anyPrice')}</option>
        {PRICES.map((price) => (
          <option key={price} value={price}>
            {t('picker.priceUnder', { price: formatUsd(String(price), i18n.language) })}
          </option>
        ))}
      </select>
      <select
        aria-label={t('picker.anyProvider')}
        className={SELECT}
        value={filters.provider}
        onChange={(event) => onChange({ ...filters, provider: event.target.value })}
      >
        <option value="">{t('picker.anyProvider')}</option>
        {providers.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </fieldset>
  )
}
