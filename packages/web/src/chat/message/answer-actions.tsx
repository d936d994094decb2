import type { Message } from '@keyway/contract'
import { RefreshCw, Shuffle } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '../../i18n/i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ask } from '../thread/ask.ts'
import { textOf } from '../thread/outgoing.ts'
import { useThreadStore } from '../thread/use-thread.ts'

const ModelPicker = lazy(() => withTexts(['picker'], import('../../picker/model-picker.tsx')))

/** What can be done with an answer that is there. */
export function AnswerActions({ message }: { message: Message }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const [picking, setPicking] = useState(false)
  const { parent_id: parentId, model } = message
  const again = (models: string[]) => {
    if (parentId !== null) void ask(store, { kind: 'answer', parentId, models })
  }
  const text = textOf(message.parts)
  return (
    <>
      {text !== '' && <CopyButton text={text} label={t('chat.copyAnswer')} />}
      {parentId !== null && (
        <>
          <IconButton label={t('chat.regenerate')} onClick={() => again(model === null ? [] : [model])}>
            <RefreshCw aria-hidden="true" />
          </IconButton>
          <IconButton label={t('chat.regenerateWith')} aria-haspopup="dialog" onClick={() => setPicking(true)}>
            <Shuffle aria-hidden="true" />
          </IconButton>
        </>
      )}
      <Suspense>
        {picking && (
          <ModelPicker
            {...(model === null ? {} : { chosen: model })}
            onClose={() => setPicking(false)}
            onChoose={(chosen) => {
              setPicking(false)
              again([chosen])
            }}
          />
        )}
      </Suspense>
    </>
  )
}
