import type { Reset } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { SelectField, TextField } from '../ui/field.tsx'
import { Fold } from '../ui/fold.tsx'
import { type ConnectWish, isAmount } from './start-address.ts'

const RESETS: readonly (Reset | '')[] = ['', 'daily', 'weekly', 'monthly']
const EXPIRIES = [30, 90, 365] as const

/** Limits that the issuer shall put on the key, folded away: most people want none. */
export function WishFields({ wish, onChange }: { wish: ConnectWish; onChange: (wish: ConnectWish) => void }) {
  const { t } = useTranslation()
  const wrong = wish.limitUsd !== '' && !isAmount(wish.limitUsd)
  return (
    <Fold title={t('connect.limits')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('connect.limit')}
          inputMode="decimal"
          value={wish.limitUsd}
          onChange={(event) => onChange({ ...wish, limitUsd: event.target.value.trim() })}
          error={wrong ? t('connect.limitError') : undefined}
          hint={t('connect.limitsHint')}
        />
        <SelectField
          label={t('connect.reset')}
          value={wish.reset}
          disabled={!isAmount(wish.limitUsd)}
          onChange={({ target }) => onChange({ ...wish, reset: RESETS.find((reset) => reset === target.value) ?? '' })}
        >
          <option value="">{t('terms.resetNever')}</option>
          <option value="daily">{t('terms.resetDaily')}</option>
          <option value="weekly">{t('terms.resetWeekly')}</option>
          <option value="monthly">{t('terms.resetMonthly')}</option>
        </SelectField>
        <SelectField
          label={t('connect.expiry')}
          value={wish.expiresInDays ?? ''}
          onChange={({ target }) =>
            onChange({ ...wish, expiresInDays: EXPIRIES.find((days) => String(days) === target.value) })
          }
        >
          <option value="">{t('terms.expiryNever')}</option>
          {EXPIRIES.map((days) => (
            <option key={days} value={days}>
              {t(`terms.expiry${days}`)}
            </option>
          ))}
        </SelectField>
      </div>
    </Fold>
  )
}
