import { ArrowRight, Code } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '../../i18n/i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Answer } from '../message/answer.tsx'
import { changeConversation, goTo, sayFailure, showBranch } from '../thread/acts.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import { ColumnName } from './column-name.tsx'
import type { ColumnOf } from './column-of.ts'
import { ColumnState } from './column-state.tsx'
import { ColumnWording } from './column-wording.tsx'

const ViewCode = lazy(() => withTexts(['chat'], import('../view-code/view-code-dialog.tsx')))

/** One column: whose it is, what it was asked where that differs, what it says and took, and the way on. */
export function Column({ column, place, on, last }: { column: ColumnOf; place: number; on: boolean; last: boolean }) {
  const { question, others, answer, variants, at } = column
  return (
    <>
      <header className="flex min-h-10 items-center justify-between gap-3 border-b border-line px-3 py-1.5 xl:px-4 text-sm">
        <span className="flex min-w-0 items-center gap-2 truncate font-medium">
          <ColumnName column={column} place={place} />
        </span>
        <ColumnState id={answer} />
      </header>
      {question !== undefined && <ColumnWording id={question} others={others} />}
      <div className="min-w-0 flex-1 px-3 py-3 xl:px-4">
        <Answer id={answer} variants={variants} at={at} last={last} column />
      </div>
      {last && <GoOn id={answer} chosen={on} />}
    </>
  )
}

/** Goes on with this answer and its model alone. */
function GoOn({ id, chosen }: { id: string; chosen: boolean }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const [code, setCode] = useState(false)
  const model = useThread(({ thread }) => thread.messages.get(id)?.model ?? null)
  const alone = useThread(({ thread }) => thread.conversation.settings.models.length === 1)
  const done = useThread(({ thread }) => thread.messages.get(id)?.status !== 'streaming')
  if (!done) return null
  const goOn = async () => {
    await (chosen ? goTo(store, id) : showBranch(store, id))
    if (model !== null) await changeConversation(store, { settings: { models: [model] } })
  }
  return (
    <footer className="flex items-center justify-between gap-2 border-t border-line p-2">
      {chosen && alone ? (
        <p className="flex h-7 items-center px-2 text-xs text-brass-text">{t('chat.goesOn')}</p>
      ) : (
        <Button look="ghost" size="sm" onClick={() => goOn().catch(sayFailure)}>
          <ArrowRight aria-hidden="true" />
          {t('chat.goOn')}
        </Button>
      )}
      {model !== null && (
        <IconButton label={t('chat.viewCode')} aria-haspopup="dialog" onClick={() => setCode(true)}>
          <Code aria-hidden="true" />
        </IconButton>
      )}
      <Suspense>
        {code && model !== null && <ViewCode column={{ leaf: id, model }} onClose={() => setCode(false)} />}
      </Suspense>
    </footer>
  )
}
