import type { FactorOffer } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { secondFactorQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { TimeAgo } from '../../format/time-ago.tsx'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'

const EnrolDialog = lazy(() => withTexts(['factor', 'door'], import('./enrol-dialog.tsx')))
const RenewCodesDialog = lazy(() =>
  withTexts(['factor'], import('./factor-dialogs.tsx')).then(({ RenewCodesDialog }) => ({ default: RenewCodesDialog })),
)
const RemoveFactorDialog = lazy(() =>
  withTexts(['factor'], import('./factor-dialogs.tsx')).then(({ RemoveFactorDialog }) => ({
    default: RemoveFactorDialog,
  })),
)

/** So few recovery codes left that one should have new ones. */
const FEW_CODES = 3

/** The second step after the password: an authenticator app and its recovery codes. */
export function AuthenticatorRow() {
  const { t } = useTranslation()
  const { data } = useSuspenseQuery(secondFactorQuery)
  const { authenticator } = data
  const [offer, setOffer] = useState<FactorOffer>()
  const [open, setOpen] = useState<'renew' | 'remove'>()
  const begin = useAct(() => request('POST /api/app/second-factor'), { done: setOffer })
  const close = () => setOpen(undefined)
  return (
    <div className="grid gap-3 border-t border-line px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="grid">
          <h3 className="flex flex-wrap items-center gap-2 font-medium">
            {t('account.authenticator')}
            {authenticator !== null && <Chip tone="hold">{t('account.authenticatorOn')}</Chip>}
          </h3>
          <p className="text-sm text-ink-3">
            {authenticator === null ? (
              t('account.authenticatorNone')
            ) : (
              <>
                {t('account.added')} <TimeAgo moment={authenticator.added_at} />
                {' · '}
                <span className={authenticator.recovery_codes_left <= FEW_CODES ? 'text-alarm' : undefined}>
                  {t('account.codesLeft', { count: authenticator.recovery_codes_left })}
                </span>
              </>
            )}
          </p>
        </div>
        {authenticator === null ? (
          <Button size="sm" busy={begin.isPending} onClick={() => begin.mutate()}>
            {t('account.authenticatorAdd')}
          </Button>
        ) : (
          <div className="flex flex-wrap gap-2">
            <Button size="sm" onClick={() => setOpen('renew')}>
              {t('account.codesRenew')}
            </Button>
            <Button size="sm" aria-label={t('account.authenticatorRemoveIt')} onClick={() => setOpen('remove')}>
              {t('account.authenticatorRemove')}
            </Button>
          </div>
        )}
      </div>
      <Failure error={begin.error} />
      <Suspense>
        {offer !== undefined && <EnrolDialog offer={offer} onClose={() => setOffer(undefined)} />}
        {open === 'renew' && <RenewCodesDialog onClose={close} />}
        {open === 'remove' && <RemoveFactorDialog onClose={close} />}
      </Suspense>
    </div>
  )
}
