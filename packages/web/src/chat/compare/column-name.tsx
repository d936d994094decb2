import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { namedVersionQuery } from '../../prompts/queries.ts'
import { Chip } from '../../ui/chip.tsx'
import { nameOf, useModels } from '../models.ts'
import { useThread } from '../thread/use-thread.ts'
import type { ColumnOf } from './column-of.ts'

/** What a column is called: its model, and where columns have wordings, which version of the prompt it is. */
export function ColumnName({ column, place }: { column: ColumnOf; place: number }) {
  const models = useModels()
  const model = useThread(({ thread }) => thread.messages.get(column.answer)?.model ?? null)
  return (
    <>
      {column.question !== undefined && <WordingName id={column.question} place={place} />}
      <span className="truncate">{model === null ? '' : nameOf(models, model)}</span>
    </>
  )
}

/** What a column's tab is called: its model only where that is not the same in all. */
export function TabName({ column, place, among }: { column: ColumnOf; place: number; among: readonly ColumnOf[] }) {
  const alike = useThread(({ thread }) => {
    const [first, ...others] = among.map(({ answer }) => thread.messages.get(answer)?.model)
    return others.every((model) => model === first)
  })
  if (column.question !== undefined && alike) return <WordingName id={column.question} place={place} />
  return <ColumnName column={column} place={place} />
}

/** The version of the prompt that it came from; of one that is gone, or was none, its number. */
function WordingName({ id, place }: { id: string; place: number }) {
  const { t } = useTranslation()
  const version = useThread(({ thread }) => thread.messages.get(id)?.prompt_version_id ?? null)
  const { data: named } = useQuery(namedVersionQuery(version))
  const name =
    named === undefined || named === null
      ? t('chat.wording', { number: place + 1 })
      : t('chat.promptVersion', { slug: named.slug, version: named.version })
  return <Chip tone="brass">{name}</Chip>
}
