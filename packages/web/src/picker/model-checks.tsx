import type { ModelItem } from '@keyway/contract'
import { type ReactNode, useEffect, useState } from 'react'
import { request } from '../api/request.ts'
import { Spinner } from '../ui/spinner.tsx'

/** Rows of the list; beyond it, a letter more in the search finds the rest. */
const ROWS_MAX = 60

type Props = {
  texts: { filter: string; empty: string; nothing: string; none: string; chosen: (count: number) => string }
  models: string[]
  onChange: (models: string[]) => void
  failed: (error: unknown) => ReactNode
}

/**
 * The models that the person can call, to choose from. `author/*` is offered to whoever looks for an author, and what was
 * chosen earlier and is no model now stands first, so that it can be taken away.
 */
export function ModelChecks({ texts, models, onChange, failed }: Props) {
  const [list, setList] = useState<ModelItem[]>()
  const [error, setError] = useState<unknown>()
  const [query, setQuery] = useState('')
  // What was there at the beginning stays where it is while it is being chosen.
  const [before] = useState(models)
  useEffect(() => {
    request('GET /api/app/models').then(({ data }) => setList(data.filter((model) => model.callable)), setError)
  }, [])
  if (error !== undefined) return failed(error)
  if (list === undefined) return <Spinner />
  const words = query.toLowerCase().split(/\s+/)
  const fits = ({ id, name }: Row) => words.every((word) => `${id} ${name}`.toLowerCase().includes(word))
  const found = [...others(before, list), ...(query === '' ? [] : authors(list)), ...list].filter(fits)
  const rows = found.filter(({ id }, at) => found.findIndex((other) => other.id === id) === at)
  const toggle = (id: string) =>
    onChange(models.includes(id) ? models.filter((other) => other !== id) : [...models, id])
  return (
    <div className="grid overflow-hidden rounded-md border border-line-strong">
      <input
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        aria-label={texts.filter}
        placeholder={texts.filter}
        className="h-9 border-b border-line bg-surface px-3 text-base placeholder:text-ink-3 focus-visible:outline-offset-[-2px] pointer-coarse:h-11"
      />
      <ul className="max-h-52 overflow-y-auto overscroll-contain py-1">
        {rows.slice(0, ROWS_MAX).map(({ id, name }) => (
          <li key={id}>
            <label className="flex cursor-pointer items-center gap-2.5 px-3 py-1.5 hover:bg-hover pointer-coarse:py-2.5">
              <input
                type="checkbox"
                checked={models.includes(id)}
                onChange={() => toggle(id)}
                className="size-4 accent-[var(--brass)]"
              />
              <span className="grid min-w-0">
                {name !== id && <span className="truncate text-sm">{name}</span>}
                <span className="truncate font-mono text-2xs text-ink-3">{id}</span>
              </span>
            </label>
          </li>
        ))}
        {rows.length === 0 && (
          <li className="px-3 py-2 text-sm text-ink-3">{list.length === 0 ? texts.empty : texts.nothing}</li>
        )}
      </ul>
      <p className="border-t border-line bg-sunken px-3 py-1.5 text-xs text-ink-3" aria-live="polite">
        {models.length === 0 ? texts.none : texts.chosen(models.length)}
      </p>
    </div>
  )
}

type Row = Pick<ModelItem, 'id' | 'name'>

const asRow = (id: string): Row => ({ id, name: id })

/** 'anthropic/*' for each author of more than one model. */
function authors(list: readonly ModelItem[]): Row[] {
  const of = list.map(({ id }) => id.slice(0, id.indexOf('/')))
  return [...new Set(of)]
    .filter((author) => of.indexOf(author) !== of.lastIndexOf(author))
    .map((one) => asRow(`${one}/*`))
}

function others(models: readonly string[], list: readonly ModelItem[]): Row[] {
  return models.filter((id) => !list.some((model) => model.id === id)).map(asRow)
}
