import type { CredentialCheck } from '@keyway/contract'
import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import { Spinner } from '../ui/spinner.tsx'

/** What the provider says to a key: being asked, accepted, rejected in its own words, or not to be reached. */
export function CheckState({
  state,
  provider,
  check,
  error,
  onUnchecked,
}: {
  state: 'checking' | 'failed' | CredentialCheck['outcome']
  provider: string
  check?: CredentialCheck
  error?: Error
  onUnchecked?: () => void
}) {
  const { t } = useTranslation()
  switch (state) {
    case 'checking':
      return (
        <div role="status">
          <Notice tone="brass" icon={<Spinner className="size-4" />} title={t('paste.checking', { provider })} />
        </div>
      )
    case 'valid':
      return (
        <div role="status">
          <Notice tone="hold" icon={<CircleCheck aria-hidden="true" />} title={t('paste.valid')}>
            {check?.latency_ms === null || check?.latency_ms === undefined
              ? undefined
              : t('paste.validIn', { provider, ms: check.latency_ms })}
          </Notice>
        </div>
      )
    case 'unverified':
      return (
        <div role="status">
          <Notice icon={<CircleHelp aria-hidden="true" />} title={t('paste.unverified')}>
            {check?.detail}
          </Notice>
        </div>
      )
    case 'rejected':
      return (
        <Notice
          tone="alarm"
          icon={<CircleX aria-hidden="true" />}
          title={t('paste.rejected', { provider })}
          actions={
            onUnchecked && (
              <Button size="sm" onClick={onUnchecked}>
                {t('paste.saveUnchecked')}
              </Button>
            )
          }
        >
          <q className="text-ink">{error?.message ?? check?.detail}</q>
          <p>{t('paste.rejectedFix')}</p>
        </Notice>
      )
    case 'failed':
      return <Failure error={error} />
  }
}
