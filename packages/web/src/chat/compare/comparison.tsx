import { Columns3 } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Answer } from '../message/answer.tsx'
import { UserMessage } from '../message/user-message.tsx'
import { VariantSwitch } from '../message/variant-switch.tsx'
import type { Row } from '../thread/rows.ts'
import { Column } from './column.tsx'
import { TabName } from './column-name.tsx'
import { type ColumnOf, columnsOf } from './column-of.ts'
import { TabState } from './column-state.tsx'

/**
 * Answers side by side: to one question, or each to a wording of its own; one below the other tabs on a phone. One of them
 * is gone on with.
 */
export default function Comparison({ row, last }: { row: Row; last: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  // Once the chat went on with one, the others step back.
  if (!last && !open) return <GoneOn row={row} onOpen={() => setOpen(true)} />
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

/** The one that the chat went on with. */
function GoneOn({ row, onOpen }: { row: Row; onOpen: () => void }) {
  const { t } = useTranslation()
  const wording = row.wordings?.find(({ question }) => question === row.on)
  return (
    <div className="mx-auto grid max-w-3xl gap-4">
      {wording !== undefined && <UserMessage id={wording.question} variants={row.variants} at={row.at} />}
      <Answer
        id={wording?.answer ?? row.on}
        variants={wording?.variants ?? row.variants}
        at={wording?.at ?? row.at}
        last={false}
        more={
          <Button look="ghost" size="sm" onClick={onOpen}>
            <Columns3 aria-hidden="true" />
            {t('chat.compared', { count: row.ids.length - 1 })}
          </Button>
        }
      />
    </div>
  )
}

function Columns({ row, last }: { row: Row; last: boolean }) {
  const { t } = useTranslation()
  const base = useId()
  const columns = columnsOf(row)
  const isOn = ({ question, answer }: ColumnOf) => (question ?? answer) === row.on
  const [chosen, choose] = useState<number>()
  // Another row in its place may have fewer.
  const seen = Math.min(chosen ?? Math.max(0, columns.findIndex(isOn)), columns.length - 1)
  return (
    <>
      <div role="tablist" aria-label={t('chat.comparison')} className="mb-2 flex flex-wrap gap-1 md:hidden">
        {columns.map((column, place) => (
          <button
            key={column.question ?? column.answer}
            type="button"
            role="tab"
            id={`${base}-tab-${place}`}
            aria-selected={place === seen}
            aria-controls={`${base}-${place}`}
            onClick={() => choose(place)}
            className="flex h-10 max-w-full min-w-0 items-center gap-2 rounded-md px-3 text-sm font-medium text-ink-3 aria-selected:bg-press aria-selected:text-ink"
          >
            <TabName column={column} place={place} among={columns} />
            {place !== seen && <TabState id={column.answer} />}
          </button>
        ))}
      </div>
      {/* Always in one row: what does not fit beside the others is scrolled to, as far as the page's own edges. */}
      <div className="flex gap-3 md:-mx-8 md:snap-x md:scroll-px-8 md:overflow-x-auto md:px-8 md:pb-1">
        {columns.map((column, place) => (
          <div
            key={column.question ?? column.answer}
            id={`${base}-${place}`}
            data-row={column.question ?? column.answer}
            className={`min-w-0 flex-1 snap-start flex-col rounded-xl md:min-w-56 border bg-surface ${isOn(column) ? 'border-brass-line' : 'border-line'} ${place === seen ? 'flex' : 'hidden md:flex'}`}
          >
            <Column column={column} place={place} on={isOn(column)} last={last} />
          </div>
        ))}
      </div>
    </>
  )
}
