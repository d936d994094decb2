import { Code, SlidersHorizontal, Timer } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Usd } from '../format/usd.tsx'
import { withTexts } from '../i18n/i18n.ts'
import { usePageCommands } from '../palette/page-commands.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { changeConversation, sayFailure } from './thread/acts.ts'
import { useThread, useThreadStore } from './thread/use-thread.ts'

const SettingsSheet = lazy(() => withTexts(['chat'], import('./settings/settings-sheet.tsx')))
const ViewCode = lazy(() => withTexts(['chat'], import('./view-code/view-code-dialog.tsx')))

/** The conversation's name, what it cost so far, and what belongs to all of it. */
export function ChatHead() {
  const { t } = useTranslation()
  const store = useThreadStore()
  const title = useThread(({ thread }) => thread.conversation.title)
  const cost = useThread(({ thread }) => thread.conversation.cost_usd)
  const temporary = useThread(({ thread }) => thread.conversation.temporary)
  const adjusted = useThread(({ thread }) => {
    const { system_prompt, parameters } = thread.conversation.settings
    return system_prompt !== '' || Object.keys(parameters).length > 0
  })
  const [open, setOpen] = useState<'settings' | 'code'>()
  const close = () => setOpen(undefined)
  usePageCommands([
    { id: 'settings', title: t('chat.settings'), run: () => setOpen('settings') },
    { id: 'view-code', title: t('chat.viewCode'), run: () => setOpen('code') },
  ])
  return (
    <header className="flex h-12 shrink-0 items-center gap-1.5 border-b border-line pr-2 pl-14 lg:px-5">
      <h1 className="min-w-0 flex-1 truncate text-sm font-semibold">{title === '' ? t('chat.untitled') : title}</h1>
      {temporary && (
        <>
          <Chip tone="brass">
            <Timer aria-hidden="true" />
            {t('chat.temporary')}
          </Chip>
          <Button
            size="sm"
            look="ghost"
            onClick={() => {
              changeConversation(store, { temporary: false }).catch(sayFailure)
            }}
          >
            {t('chat.keep')}
          </Button>
        </>
      )}
      {cost !== '0' && (
        <p className="tabular px-1.5 text-xs text-ink-3">
          <span className="sr-only">{t('chat.costSoFar')}: </span>
          <Usd amount={cost} />
        </p>
      )}
      <IconButton label={t('chat.viewCode')} aria-haspopup="dialog" onClick={() => setOpen('code')}>
        <Code aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t('chat.settings')}
        aria-haspopup="dialog"
        onClick={() => setOpen('settings')}
        className={adjusted ? 'text-brass-text' : undefined}
      >
        <SlidersHorizontal aria-hidden="true" />
      </IconButton>
      <Suspense>
        {open === 'settings' && <SettingsSheet onClose={close} />}
        {open === 'code' && <ViewCode onClose={close} />}
      </Suspense>
    </header>
  )
}
