import type { Message } from '@keyway/contract'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { isSendKey } from '../composer/send-key.ts'
import { useChosenModels } from '../composer/use-chosen-models.ts'
import { ask } from '../thread/ask.ts'
import { textOf } from '../thread/outgoing.ts'
import { useThreadStore } from '../thread/use-thread.ts'

/** Says it differently. What was said before, and what followed from it, stays as another branch. */
export function EditForm({ message, onEnd }: { message: Message; onEnd: (how: 'sent' | 'kept') => void }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const [models] = useChosenModels()
  const [text, setText] = useState(() => textOf(message.parts))
  const others = message.parts.filter((part) => part.kind !== 'text')
  const blank = text.trim() === '' && others.length === 0
  const send = () => {
    if (blank) return
    onEnd('sent')
    const parts = text.trim() === '' ? others : [...others, { kind: 'text' as const, text }]
    void ask(store, { kind: 'message', parts, parentId: message.parent_id, models })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onEnd('kept')
    } else if (isSendKey(event)) {
      event.preventDefault()
      send()
    }
  }
  return (
    <form
      className="ml-auto grid w-full gap-2 rounded-xl border border-brass-line bg-raised p-3 shadow-low sm:max-w-[85%]"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the person asked for it
        autoFocus
        aria-label={t('chat.editLabel')}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-[50dvh] min-h-16 w-full resize-none bg-transparent text-[0.9375rem] leading-6 outline-none"
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="mr-auto text-xs text-ink-3 max-sm:w-full">{t('chat.editAbout')}</p>
        <Button size="sm" look="ghost" onClick={() => onEnd('kept')}>
          {t('common.cancel')}
        </Button>
        <Button size="sm" look="primary" type="submit" disabled={blank}>
          {t('chat.send')}
        </Button>
      </div>
    </form>
  )
}
