import type { Prompt, PromptVersion } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { Columns3 } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WordedColumn } from '../chat/thread/outgoing.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { AreaField } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { CompareColumn } from './compare-column.tsx'
import { promptVersionsQuery } from './queries.ts'
import { fillIn, variablesOf } from './variables.ts'

type Side = { version: string; model: string }

/** Two versions of a prompt for the same question: which ones, asked of whom, and what they ask for. */
export default function CompareDialog({
  prompt,
  models,
  onCompare,
  onClose,
}: {
  prompt: Prompt
  /** Who is asked, until somebody else is chosen. */
  models: readonly string[]
  onCompare: (columns: WordedColumn[]) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { data: versions, error } = useQuery(promptVersionsQuery(prompt.id))
  return (
    <Dialog
      title={t('prompts.compareTitle', { slug: prompt.slug })}
      about={t('prompts.compareAbout')}
      onClose={onClose}
      wide
      firm
    >
      {versions === undefined && (error === null ? <Skeleton rows={4} /> : <Failure error={error} />)}
      {versions !== undefined && (
        <CompareForm versions={versions} model={models[0] ?? ''} onCompare={onCompare} onClose={onClose} />
      )}
    </Dialog>
  )
}

function CompareForm({
  versions,
  model,
  onCompare,
  onClose,
}: {
  /** The newest first. */
  versions: readonly PromptVersion[]
  model: string
  onCompare: (columns: WordedColumn[]) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const [newest, before = newest] = versions
  // What was there before stands at the left, as in a comparison of anything.
  const [sides, setSides] = useState<readonly [Side, Side]>([
    { version: before?.id ?? '', model },
    { version: newest?.id ?? '', model },
  ])
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const textOf = ({ version }: Side) => versions.find(({ id }) => id === version)?.text ?? ''
  const [left, right] = sides
  const names = [...new Set(sides.flatMap((side) => variablesOf(textOf(side))))]
  const same = left.version === right.version && left.model === right.model
  const ready = !same && sides.every((side) => side.model !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    if (!ready) return
    const given = Object.fromEntries(names.map((name) => [name, values[name] ?? '']))
    onCompare(
      sides.map((side) => ({
        parts: [{ kind: 'text', text: fillIn(textOf(side), given) }],
        model: side.model,
        promptVersionId: side.version,
      })),
    )
  }
  // Enter alone is a line of what is filled in.
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
  }
  const column = (place: 0 | 1) => (
    <CompareColumn
      label={t('prompts.compareSide', { side: place + 1 })}
      versions={versions}
      side={sides[place]}
      other={textOf(sides[place === 0 ? 1 : 0])}
      onChange={(change) => {
        const side = { ...sides[place], ...change }
        setSides(place === 0 ? [side, right] : [left, side])
      }}
    />
  )
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className="grid gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        {column(0)}
        {column(1)}
      </div>
      {names.length > 0 && (
        <div className={`grid gap-4 border-t border-line pt-4 ${names.length > 1 ? 'sm:grid-cols-2' : ''}`}>
          {names.map((name, place) => (
            <AreaField
              key={name}
              autoFocus={place === 0}
              label={name}
              value={values[name] ?? ''}
              rows={2}
              className="field-sizing-content max-h-40"
              onChange={({ target }) => setValues({ ...values, [name]: target.value })}
            />
          ))}
        </div>
      )}
      {same && (
        <p role="status" className="text-sm text-ink-2">
          {t('prompts.compareSame')}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" disabled={!ready} autoFocus={names.length === 0}>
          <Columns3 aria-hidden="true" />
          {t('prompts.compareRun')}
        </Button>
      </DialogActions>
    </form>
  )
}
