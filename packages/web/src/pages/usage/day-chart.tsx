import type { UsageGroup } from '@keyway/contract'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatUsd, formatUsdShort } from '../../format/money.ts'
import { Fold } from '../../ui/fold.tsx'
import { niceTop } from './every-day.ts'

/** The picture's own units; it is as wide as there is room. */
const WIDTH = 720
const HEIGHT = 160
/** A day with any cost at all is to be seen. */
const BAR_MIN = 2

/**
 * What each day cost, as bars. With the focus in it, the arrow keys go from day to day and each is read out; the same
 * figures stand below as a table.
 */
export function DayChart({ days }: { days: readonly UsageGroup[] }) {
  const { t, i18n } = useTranslation()
  const [at, setAt] = useState<number>()
  const costs = days.map(({ cost_usd }) => Number(cost_usd))
  const top = niceTop(Math.max(0, ...costs))
  const step = WIDTH / Math.max(1, days.length)
  const gap = Math.min(3, step * 0.25)
  const date = (day: string) =>
    new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(day))
  const told = ({ group, cost_usd, calls }: UsageGroup) =>
    `${date(group)}: ${formatUsd(cost_usd, i18n.language)}, ${calls} ${t('usage.calls')}`
  const shown = at === undefined ? undefined : days[at]
  const onKeyDown = (event: KeyboardEvent) => {
    const last = days.length - 1
    if (event.key === 'ArrowRight') setAt(Math.min(last, at === undefined ? 0 : at + 1))
    else if (event.key === 'ArrowLeft') setAt(Math.max(0, (at ?? last + 1) - 1))
    else if (event.key === 'Home') setAt(0)
    else if (event.key === 'End') setAt(last)
    else return
    event.preventDefault()
  }
  return (
    <div className="grid gap-3">
      <div className="flex h-5 items-baseline justify-between text-xs text-ink-3">
        <span className="tabular">{formatUsdShort(String(top), i18n.language)}</span>
        <span className="tabular text-ink-2" aria-live="polite">
          {shown !== undefined && told(shown)}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its days are gone through with the arrow keys */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div role="group" aria-label={t('usage.chart')} tabIndex={0} onKeyDown={onKeyDown} className="rounded-sm">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-40 w-full"
          role="img"
          aria-label={t('usage.chartAbout')}
          onPointerLeave={() => setAt(undefined)}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect()
            setAt(
              Math.min(
                days.length - 1,
                Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * days.length)),
              ),
            )
          }}
        >
          {[0, 0.5, 1].map((part) => (
            <line
              key={part}
              x1={0}
              x2={WIDTH}
              y1={HEIGHT * part}
              y2={HEIGHT * part}
              stroke="var(--line)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {days.map(({ group }, index) => {
            const cost = costs[index] ?? 0
            const height = cost === 0 ? 0 : Math.max(BAR_MIN, (cost / top) * HEIGHT)
            return (
              <rect
                key={group}
                x={index * step + gap / 2}
                y={HEIGHT - height}
                width={Math.max(1, step - gap)}
                height={height}
                fill={index === at ? 'var(--brass-text)' : 'var(--brass)'}
              />
            )
          })}
        </svg>
      </div>
      <div className="flex justify-between text-xs text-ink-3">
        <span>{days[0] !== undefined && date(days[0].group)}</span>
        <span>{days.at(-1) !== undefined && date(days.at(-1)?.group ?? '')}</span>
      </div>
      <Fold title={t('usage.table')}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what one fills in */}
        <div className="max-h-72 overflow-y-auto" tabIndex={0} role="group" aria-label={t('usage.table')}>
          <table className="w-full text-sm">
            <thead className="text-left text-xs text-ink-3">
              <tr>
                <th className="py-1 font-medium">{t('usage.day')}</th>
                <th className="py-1 text-right font-medium">{t('usage.calls')}</th>
                <th className="py-1 text-right font-medium">{t('usage.cost')}</th>
              </tr>
            </thead>
            <tbody className="tabular">
              {days.map(({ group, calls, cost_usd }) => (
                <tr key={group} className="border-t border-line">
                  <th scope="row" className="py-1 text-left font-normal">
                    {date(group)}
                  </th>
                  <td className="py-1 text-right">{calls}</td>
                  <td className="py-1 text-right">{formatUsd(cost_usd, i18n.language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Fold>
    </div>
  )
}
