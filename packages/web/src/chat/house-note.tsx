import type { House } from '@keyway/contract'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

const WAY = 'text-ink-2 underline underline-offset-2 hover:text-ink'

/** What is left of the day, where the operator pays, and the ways to models of one's own. */
export function HouseNote({ house, onConnect }: { house: House; onConnect?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const left = house.remaining_today ?? house.daily_messages
  return (
    <p className="flex flex-wrap items-center justify-center gap-x-2 px-2 py-1.5 text-xs text-ink-3">
      <span className={`tabular ${left === 0 ? 'text-alarm' : ''}`}>
        {t('composer.houseLeft', {
          left,
          daily: house.daily_messages,
          time: new Date(house.resets_at).toISOString().slice(11, 16),
        })}
      </span>
      {onConnect !== undefined && (
        <button type="button" onClick={onConnect} className={WAY}>
          {t('composer.houseConnect')}
        </button>
      )}
      <Link to="/settings/models" className={WAY}>
        {t('composer.houseOwn')}
      </Link>
    </p>
  )
}
