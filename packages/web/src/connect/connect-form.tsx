import type { Connection, Reset } from '@keyway/contract'
import { ArrowUpRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { buttonClass } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { ConnectSteps } from './connect-steps.tsx'
import { isAmount, NO_WISH, startAddress } from './start-address.ts'

/** Before leaving for the issuer: what will happen, limits for the key, and a plain link. No popup, nothing to block. */
export function ConnectForm({ connection, returnTo }: { connection: Connection; returnTo: string }) {
  const { t } = useTranslation()
  const [wish, setWish] = useState(NO_WISH)
  const wrong = wish.limitUsd !== '' && !isAmount(wish.limitUsd)
  const [now] = useState(() => Date.now())
  return (
    <>
      <ConnectSteps done={0} />
      <details className="group mt-4 text-sm">
        <summary className="w-fit rounded-sm font-medium text-ink-2 hover:text-ink">{t('connect.limits')}</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <TextField
            label={t('connect.limit')}
            inputMode="decimal"
            value={wish.limitUsd}
            onChange={(event) => setWish({ ...wish, limitUsd: event.target.value.trim() })}
            error={wrong ? t('connect.limitError') : undefined}
            hint={t('connect.limitsHint')}
          />
          <SelectField
            label={t('connect.reset')}
            value={wish.reset}
            disabled={!isAmount(wish.limitUsd)}
            onChange={(event) => setWish({ ...wish, reset: event.target.value as Reset | '' })}
          >
            <option value="">{t('connect.resetNever')}</option>
            <option value="daily">{t('connect.resetDaily')}</option>
            <option value="weekly">{t('connect.resetWeekly')}</option>
            <option value="monthly">{t('connect.resetMonthly')}</option>
          </SelectField>
          <SelectField
            label={t('connect.expiry')}
            value={wish.expiresInDays ?? ''}
            onChange={(event) =>
              setWish({ ...wish, expiresInDays: event.target.value === '' ? undefined : Number(event.target.value) })
            }
          >
            <option value="">{t('connect.expiryNever')}</option>
            <option value={30}>{t('connect.expiry30')}</option>
            <option value={90}>{t('connect.expiry90')}</option>
            <option value={365}>{t('connect.expiry365')}</option>
          </SelectField>
        </div>
      </details>
      {connection.flow === 'headless' && <p className="mt-4 text-sm text-ink-2">{t('connect.headless')}</p>}
      {connection.status === 'connected' && <p className="mt-4 text-sm text-ink-2">{t('connect.oldKey')}</p>}
      <DialogActions>
        <a
          className={buttonClass('primary', 'lg')}
          href={startAddress(connection, wish, { returnTo, now })}
          aria-disabled={wrong || undefined}
        >
          {t('connect.go')}
          <ArrowUpRight aria-hidden="true" />
        </a>
      </DialogActions>
    </>
  )
}
