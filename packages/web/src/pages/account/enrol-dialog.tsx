import type { FactorOffer } from '@keyway/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { secondFactorQuery, sessionsQuery, stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodeList } from './recovery-codes.tsx'

/** Adds an authenticator app: scan, type its code, keep the recovery codes. */
export default function EnrolDialog({ offer, onClose }: { offer: FactorOffer; onClose: () => void }) {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<readonly string[]>()
  const confirm = useAct((code: string) => request('POST /api/app/second-factor/confirm', { body: { code } }), {
    changes: [stateQuery.queryKey, secondFactorQuery.queryKey, sessionsQuery.queryKey],
    done: (answer) => setCodes(answer.recovery_codes),
  })
  if (codes !== undefined) {
    return (
      <Dialog title={t('factor.codesTitle')} about={t('factor.codesAbout')} onClose={onClose} firm>
        <RecoveryCodeList codes={codes} onClose={onClose} />
      </Dialog>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    confirm.mutate(String(new FormData(event.currentTarget).get('code')))
  }
  return (
    <Dialog title={t('factor.addTitle')} about={t('factor.addAbout')} onClose={onClose} firm>
      <form className="grid gap-5" onSubmit={submit}>
        <Step number={1} title={t('factor.scan')}>
          <div className="grid justify-items-center gap-3">
            <QrCode text={offer.address} label={t('factor.qr')} />
          </div>
          <p className="text-xs text-ink-3">{t('factor.orType')}</p>
          <CodeBlock code={offer.secret.replace(/(.{4})(?=.)/g, '$1 ')} label={t('factor.secret')} />
        </Step>
        <Step number={2} title={t('factor.enter')}>
          <TextField
            label={t('signIn.code')}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            required
            mono
            className="max-w-40 text-center text-lg tracking-[0.3em]"
          />
        </Step>
        <Failure error={confirm.error} />
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={confirm.isPending}>
            {t('factor.confirm')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: React.ReactNode }) {
  return (
    <section className="grid grid-cols-[1.5rem_1fr] gap-x-3 gap-y-3">
      <span
        aria-hidden="true"
        className="inline-flex size-6 items-center justify-center rounded-full border border-brass-line bg-brass-wash text-xs font-semibold text-brass-text"
      >
        {number}
      </span>
      <h3 className="self-center text-sm font-medium">{title}</h3>
      <div className="col-start-2 grid gap-3">{children}</div>
    </section>
  )
}
