import { ArrowRight, Columns3 } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Answer } from '../message/answer.tsx'
import { VariantSwitch } from '../message/variant-switch.tsx'
import { nameOf, useModels } from '../models.ts'
import { changeConversation, goTo, sayFailure, showBranch } from '../thread/acts.ts'
import type { Row } from '../thread/use-steps.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import { ColumnState } from './column-state.tsx'

const COLUMNS: Readonly<Record<number, string>> = {
  2: 'md:grid-cols-2',
  3: 'md:grid-cols-2 xl:grid-cols-3',
  4: 'md:grid-cols-2 2xl:grid-cols-4',
}

/** Answers to one question side by side; one below the other tabs on a phone. One of them is gone on with. */
export default function Comparison({ row, last }: { row: Row; last: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const others = row.ids.length - 1
  // Once the chat went on with one, the others step back.
  if (!last && !open) {
    return (
      <div className="mx-auto max-w-3xl">
        <Answer
          id={row.on}
          variants={row.variants}
          at={row.at}
          last={false}
          more={
            <Button look="ghost" size="sm" onClick={() => setOpen(true)}>
              <Columns3 aria-hidden="true" />
              {t('chat.compared', { count: others })}
            </Button>
          }
        />
      </div>
    )
  }
  return (
    <section aria-label={t('chat.comparison')} className="mx-auto max-w-[110rem]">
      <Columns row={row} last={last} />
      <div className="mt-2 flex items-center gap-2">
        <VariantSwitch variants={row.variants} at={row.at} />
        {!last && (
          <Button look="ghost" size="sm" onClick={() => setOpen(false)}>
            {t('chat.compareClose')}
          </Button>
        )}
      </div>
    </section>
  )
}

function Columns({ row, last }: { row: Row; last: boolean }) {
  const { t } = useTranslation()
  const base = useId()
  const [seen, setSeen] = useState(row.on)
  const shown = row.ids.includes(seen) ? seen : row.on
  return (
    <>
      <div role="tablist" aria-label={t('chat.comparison')} className="mb-2 flex gap-1 overflow-x-auto md:hidden">
        {row.ids.map((id) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-tab-${id}`}
            aria-selected={id === shown}
            aria-controls={`${base}-${id}`}
            onClick={() => setSeen(id)}
            className="h-10 shrink-0 rounded-md px-3 text-sm font-medium text-ink-3 aria-selected:bg-press aria-selected:text-ink"
          >
            <Name id={id} />
          </button>
        ))}
      </div>
      <div className={`grid gap-3 ${COLUMNS[row.ids.length] ?? ''}`}>
        {row.ids.map((id) => (
          <div
            key={id}
            id={`${base}-${id}`}
            className={`min-w-0 flex-col rounded-xl border bg-surface ${id === row.on ? 'border-brass-line' : 'border-line'} ${id === shown ? 'flex' : 'hidden md:flex'}`}
          >
            <header className="flex min-h-10 items-center justify-between gap-3 border-b border-line px-4 py-1.5 text-sm">
              <span className="truncate font-medium">
                <Name id={id} />
              </span>
              <ColumnState id={id} />
            </header>
            <div className="min-w-0 flex-1 px-4 py-3">
              <Answer id={id} variants={[id]} at={0} last={last} column />
            </div>
            {last && <GoOn id={id} chosen={id === row.on} />}
          </div>
        ))}
      </div>
    </>
  )
}

function Name({ id }: { id: string }) {
  const models = useModels()
  const model = useThread(({ thread }) => thread.messages.get(id)?.model ?? null)
  return model === null ? '' : nameOf(models, model)
}

/** Goes on with this answer and its model alone. */
function GoOn({ id, chosen }: { id: string; chosen: boolean }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const model = useThread(({ thread }) => thread.messages.get(id)?.model ?? null)
  const alone = useThread(({ thread }) => thread.conversation.settings.models.length === 1)
  const done = useThread(({ thread }) => thread.messages.get(id)?.status !== 'streaming')
  if (!done) return null
  const goOn = async () => {
    await (chosen ? goTo(store, id) : showBranch(store, id))
    if (model !== null) await changeConversation(store, { settings: { models: [model] } })
  }
  return (
    <footer className="border-t border-line p-2">
      {chosen && alone ? (
        <p className="flex h-7 items-center px-2 text-xs text-brass-text">{t('chat.goesOn')}</p>
      ) : (
        <Button look="ghost" size="sm" onClick={() => goOn().catch(sayFailure)}>
          <ArrowRight aria-hidden="true" />
          {t('chat.goOn')}
        </Button>
      )}
    </footer>
  )
}
