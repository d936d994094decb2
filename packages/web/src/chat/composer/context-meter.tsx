import { useTranslation } from 'react-i18next'
import { formatTokens } from '../../format/tokens.ts'
import type { Estimate } from './estimate-next.ts'

/** From here on the meter says so in colour. */
const NEARLY_FULL = 0.85

/** How full the model's memory is. */
export function ContextMeter({ estimate: { input, room } }: { estimate: Estimate }) {
  const { t, i18n } = useTranslation()
  const share = room === undefined ? undefined : Math.min(1, input / room)
  const full = share !== undefined && share >= NEARLY_FULL
  return (
    <div className="flex items-center gap-2.5 text-xs text-ink-3">
      {share !== undefined && room !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: the element's own picture is a bar
        <span
          role="meter"
          aria-label={t('composer.context')}
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
          title={t('composer.contextOf', {
            used: formatTokens(input, i18n.language),
            room: formatTokens(room, i18n.language),
          })}
          className="flex items-center gap-1.5"
        >
          {full && <span className="tabular text-alarm">{Math.round(share * 100)} %</span>}
          <svg viewBox="0 0 20 20" className="size-4.5 -rotate-90" aria-hidden="true" fill="none" strokeWidth="3">
            <circle cx="10" cy="10" r="7.5" stroke="var(--line)" />
            <circle
              cx="10"
              cy="10"
              r="7.5"
              stroke={full ? 'var(--alarm)' : 'var(--brass)'}
              pathLength="1"
              strokeDasharray={`${share} 1`}
            />
          </svg>
        </span>
      )}
    </div>
  )
}
