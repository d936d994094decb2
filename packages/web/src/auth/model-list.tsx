import type { ModelItem } from '@keyway/contract'
import { useEffect, useState } from 'react'
import { request } from '../api/request.ts'
import { Spinner } from '../ui/spinner.tsx'
import { Problem } from './problem.tsx'
import { fill, type Texts } from './texts.ts'

/** Rows of the list; beyond it, a letter more in the search finds the rest. */
const ROWS_MAX = 60

type Props = { texts: Texts; models: string[]; onChange: (models: string[]) => void }

/** The models that the person can call, to choose from. */
export default function ModelList({ texts, models, onChange }: Props) {
  const [list, setList] = useState<ModelItem[]>()
  const [error, setError] = useState<unknown>()
  const [query, setQuery] = useState('')
  useEffect(() => {
    request('GET /api/app/models').then(({ data }) => setList(data.filter((model) => model.callable)), setError)
  }, [])
  if (error !== undefined) return <Problem error={error} />
  if (list === undefined) return <Spinner />
  const words = query.toLowerCase().split(/\s+/)
  const found = list.filter(({ id, name }) => words.every((word) => `${id} ${name}`.toLowerCase().includes(word)))
  const toggle = (id: string) =>
    onChange(models.includes(id) ? models.filter((other) => other !== id) : [...models, id])
  return (
    <div className="grid overflow-hidden rounded-md border border-line-strong">
      <input
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        aria-label={texts.modelsFilter}
        placeholder={texts.modelsFilter}
        className="h-9 border-b border-line bg-surface px-3 text-base placeholder:text-ink-3 focus-visible:outline-offset-[-2px] pointer-coarse:h-11"
      />
      <ul className="max-h-52 overflow-y-auto overscroll-contain py-1">
        {found.slice(0, ROWS_MAX).map(({ id, name }) => (
          <li key={id}>
            <label className="flex cursor-pointer items-center gap-2.5 px-3 py-1.5 hover:bg-hover pointer-coarse:py-2.5">
              <input
                type="checkbox"
                checked={models.includes(id)}
                onChange={() => toggle(id)}
                className="size-4 accent-[var(--brass)]"
              />
              <span className="grid min-w-0">
                <span className="truncate text-sm">{name}</span>
                <span className="truncate font-mono text-2xs text-ink-3">{id}</span>
              </span>
            </label>
          </li>
        ))}
        {found.length === 0 && (
          <li className="px-3 py-2 text-sm text-ink-3">
            {list.length === 0 ? texts.modelsEmpty : texts.modelsNothing}
          </li>
        )}
      </ul>
      <p className="border-t border-line bg-sunken px-3 py-1.5 text-xs text-ink-3" aria-live="polite">
        {models.length === 0 ? texts.modelsNone : fill(texts.modelsChosen, { count: models.length })}
      </p>
    </div>
  )
}
