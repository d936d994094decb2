import type { ConnectedApp, ConnectedAppChange, Reset } from '@keyway/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { formatDay } from '../../format/time.ts'
import { ModelChecks } from '../../picker/model-checks.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Either } from '../../ui/either.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.ts'
import { appName } from './app-name.ts'
import { appsQuery } from './queries.ts'

const AMOUNT = /^\d{1,9}(?:\.\d{1,9})?$/
const DAYS = [1, 7, 30, 90, 365] as const

/** New limits for an app. Why a key was made small stands before the person raises it. */
export default function ChangeDialog({ data, onClose }: { data: ConnectedApp; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const [limit, setLimit] = useState<string>(data.limit_usd)
  const [reset, setReset] = useState<Reset | ''>(data.reset ?? '')
  const [days, setDays] = useState('')
  const [models, setModels] = useState(data.models)
  const wrongLimit = !AMOUNT.test(limit) || Number(limit) > Number(data.limit_usd_max)
  const wrong = wrongLimit || models?.length === 0
  const change = useAct(
    (body: ConnectedAppChange) => request('PATCH /api/app/apps/:hash', { params: { hash: data.hash }, body }),
    {
      changes: [appsQuery.queryKey],
      done: () => {
        toast(t('apps.saved'))
        onClose()
      },
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wrong || change.isPending) return
    change.mutate({
      limit_usd: limit,
      reset: reset === '' ? null : reset,
      models,
      ...(days === '' ? {} : { days: Number(days) }),
    })
  }
  return (
    <Dialog
      title={t('apps.changeTitle', { name: appName(data, t) })}
      about={t('apps.changeAbout')}
      onClose={onClose}
      firm
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        {data.weak !== null && (
          <Notice tone="alarm" title={t('apps.weakTitle')}>
            {t(`apps.weak.${data.weak}`)} {t('apps.weakRaise')}
          </Notice>
        )}
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField
            label={t('apps.cap')}
            inputMode="decimal"
            hint={t('apps.capHint', { max: data.limit_usd_max })}
            error={wrongLimit ? t('apps.capError', { max: data.limit_usd_max }) : undefined}
            value={limit}
            onChange={(event) => setLimit(event.target.value.trim())}
          />
          <SelectField
            label={t('apps.reset')}
            value={reset}
            onChange={(event) => setReset(event.target.value as Reset | '')}
          >
            <option value="">{t('terms.resetNever')}</option>
            <option value="monthly">{t('terms.resetMonthly')}</option>
            <option value="weekly">{t('terms.resetWeekly')}</option>
            <option value="daily">{t('terms.resetDaily')}</option>
          </SelectField>
        </div>
        <SelectField label={t('apps.ends')} value={days} onChange={(event) => setDays(event.target.value)}>
          <option value="">
            {data.expires_at === null ? t('common.never') : formatDay(data.expires_at, i18n.language)}
          </option>
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {new Intl.RelativeTimeFormat(i18n.language).format(count, 'day')}
            </option>
          ))}
        </SelectField>
        <Either
          label={t('apps.models')}
          chosen={models === null ? 'all' : 'some'}
          options={[
            { value: 'all', text: t('apps.modelsAll') },
            { value: 'some', text: t('apps.modelsSome') },
          ]}
          onChoose={(value) => setModels(value === 'all' ? null : (models ?? data.models ?? []))}
        />
        {models !== null && (
          <ModelChecks
            texts={{
              filter: t('apps.modelsFilter'),
              empty: t('apps.modelsEmpty'),
              nothing: t('apps.modelsNothing'),
              none: t('apps.modelsNone'),
              chosen: (count) => t('apps.modelsChosen', { count }),
            }}
            models={models}
            onChange={setModels}
            failed={(error) => <Failure error={error} />}
          />
        )}
        <Failure error={change.error} />
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={change.isPending}>
            {t('common.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
