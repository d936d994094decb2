import { CircleAlert, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../api/app-error.ts'
import { Fold } from './fold.tsx'
import { Notice } from './notice.tsx'

/** What went wrong, what to do about it, and the details that an operator will ask for. */
export function Failure({ error, actions }: { error: unknown; actions?: ReactNode }) {
  const { t } = useTranslation()
  if (error === null || error === undefined) return null
  const known = error instanceof AppError ? error : undefined
  const offline = known?.code === 'offline'
  const ours = known !== undefined && known.fix !== ''
  const title = offline ? t('failure.offline') : ours ? known.message : t('failure.unforeseen')
  const fix = offline ? t('failure.offlineFix') : ours ? known.fix : t('failure.unforeseenFix')
  return (
    <Notice
      tone="alarm"
      icon={offline ? <WifiOff aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
      title={title}
      actions={actions}
    >
      <p>{fix}</p>
      {known?.requestId !== undefined && (
        <div className="mt-1.5 text-xs text-ink-3">
          <Fold title={t('failure.details')}>
            <p className="font-mono">
              {known.code} · {known.requestId}
            </p>
            {known.docsUrl !== undefined && (
              <a className="underline underline-offset-2" href={known.docsUrl}>
                {t('failure.guide')}
              </a>
            )}
          </Fold>
        </div>
      )}
    </Notice>
  )
}
