import { CircleAlert, WifiOff, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../api/app-error.ts'
import { IconButton } from '../../ui/button.tsx'
import { Fold } from '../../ui/fold.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RemedyButtons } from '../message/remedy-buttons.tsx'
import type { Trouble } from '../thread/thread-store.ts'

/** Why the last message did not go out, and what can be done. The message itself is back in the composer. */
export function TroubleNotice({
  trouble,
  before,
  onAgain,
  onClose,
}: {
  trouble: Trouble
  /** How many messages come before the one that did not go out. */
  before: number
  onAgain: (how: { model?: string; trim?: boolean }) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { outgoing } = trouble
  const asked = outgoing.kind === 'wordings' ? outgoing.columns.map(({ model }) => model) : outgoing.models
  const known = trouble.error instanceof AppError ? trouble.error : undefined
  const offline = known?.code === 'offline'
  const ours = known !== undefined && known.fix !== ''
  return (
    <div className="relative pb-2">
      <Notice
        tone="alarm"
        icon={offline ? <WifiOff aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
        title={offline ? t('failure.offline') : ours ? known.message : t('failure.unforeseen')}
        actions={
          <RemedyButtons
            code={known?.code ?? ''}
            asked={asked}
            before={before}
            waitMs={known?.retryAfterMs}
            onAgain={onAgain}
          />
        }
      >
        <p>{offline ? t('failure.offlineFix') : ours ? known.fix : t('failure.unforeseenFix')}</p>
        {known?.requestId !== undefined && (
          <div className="mt-1.5 text-xs text-ink-3">
            <Fold title={t('failure.details')}>
              <p className="font-mono">
                {known.code} · {known.requestId}
              </p>
            </Fold>
          </div>
        )}
      </Notice>
      <IconButton label={t('common.close')} onClick={onClose} className="absolute top-1.5 right-1.5">
        <X aria-hidden="true" />
      </IconButton>
    </div>
  )
}
