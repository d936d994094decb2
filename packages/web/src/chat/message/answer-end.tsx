import type { Message } from '@keyway/contract'
import { CircleAlert, ServerCrash, Square } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Fold } from '../../ui/fold.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ask } from '../thread/ask.ts'
import { messagesBefore } from '../thread/tree.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import { RemedyButtons } from './remedy-buttons.tsx'

/** Providers' words for: the limit of output was reached. */
const CUT_OFF = new Set(['length', 'max_tokens'])

/** How an answer ended, where that was not the usual way, and how to go on. */
export function AnswerEnd({ message }: { message: Message }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const before = useThread(({ thread }) => messagesBefore(thread.messages, message.parent_id))
  const { status, failure, figures, parent_id: parentId, model } = message
  const cutOff = status === 'done' && CUT_OFF.has(figures?.finish_reason ?? '')
  if (parentId === null || (status !== 'stopped' && status !== 'interrupted' && status !== 'failed' && !cutOff))
    return null
  const begun = message.parts.some((part) => part.kind === 'text' && part.text.trim() !== '')
  const again = (how: { model?: string; trim?: boolean; continues?: string }) => {
    const { model: other, ...rest } = how
    const models = [other ?? model].filter((one) => one !== null && one !== undefined)
    void ask(store, { kind: 'answer', parentId, models, ...rest })
  }
  const onContinue = begun && (
    <Button size="sm" onClick={() => again({ continues: message.id })}>
      {t('chat.continue')}
    </Button>
  )
  if (status === 'failed') {
    return (
      <div className="mt-2">
        <Notice
          tone="alarm"
          icon={<CircleAlert aria-hidden="true" />}
          title={failure?.message ?? t('chat.failed')}
          actions={
            <>
              <RemedyButtons
                code={failure?.code ?? ''}
                asked={model === null ? [] : [model]}
                before={before}
                onAgain={again}
              />
              {onContinue}
            </>
          }
        >
          {failure !== null && failure.fix !== '' && <p>{failure.fix}</p>}
          {failure !== null && (
            <div className="mt-1.5 text-xs text-ink-3">
              <Fold title={t('failure.details')}>
                <p className="font-mono wrap-anywhere">
                  {failure.code} · {figures?.generation_id ?? message.id}
                </p>
              </Fold>
            </div>
          )}
        </Notice>
      </div>
    )
  }
  if (status === 'interrupted') {
    return (
      <div className="mt-2">
        <Notice
          tone="brass"
          icon={<ServerCrash aria-hidden="true" />}
          title={t('chat.interrupted')}
          actions={
            <>
              <Button size="sm" look="primary" onClick={() => again({})}>
                {t('common.retry')}
              </Button>
              {onContinue}
            </>
          }
        >
          {t('chat.interruptedAbout')}
        </Notice>
      </div>
    )
  }
  return (
    <p className="mt-2 flex flex-wrap items-center gap-2.5 text-xs text-ink-3">
      {status === 'stopped' && (
        <Chip>
          <Square aria-hidden="true" />
          {t('chat.stopped')}
        </Chip>
      )}
      {cutOff && <span>{t('chat.cutOff')}</span>}
      {onContinue}
    </p>
  )
}
