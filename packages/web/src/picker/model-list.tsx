import { useVirtualizer } from '@tanstack/react-virtual'
import { Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Row } from './list-rows.ts'
import { ModelRow } from './model-row.tsx'

/** Heights that the rows have in CSS; the list needs them before a row exists. Pixels. */
const MODEL_PX = 52
const HEADING_PX = 32
/** Rows beyond the edge, so that fast scrolling shows no gap. */
const OVERSCAN = 8

type Props = {
  rows: readonly Row[]
  chosen?: string
  favourites: readonly string[]
  search: string
  onSearch: (search: string) => void
  onChoose?: (id: string) => void
  onFavourite: (id: string) => void
  filterBar: ReactNode
}

/** A search field that rules a list: the focus stays in the field, the arrow keys move through the list. */
export function ModelList({ rows, chosen, favourites, search, onSearch, onChoose, onFavourite, filterBar }: Props) {
  const { t } = useTranslation()
  const listId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(() => rows.findIndex((row) => row.kind === 'model' && row.key === chosen))
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? HEADING_PX : MODEL_PX),
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : row.kind === 'heading' ? `heading ${row.id}` : row.key
    },
    overscan: OVERSCAN,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other sizes
  useEffect(() => list.measure(), [rows, list])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its best match
  useEffect(() => {
    if (search !== '') setActive(rows.findIndex((row) => row.kind === 'model'))
  }, [search, rows.length])

  const move = (by: 1 | -1) => {
    for (let at = active + by; at >= 0 && at < rows.length; at += by) {
      if (rows[at]?.kind === 'heading') continue
      setActive(at)
      list.scrollToIndex(at)
      return
    }
  }
  const activeRow = rows[active]
  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed (Japanese, Chinese), Enter and the arrows belong to that.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && activeRow?.kind === 'model' && activeRow.model.callable) onChoose?.(activeRow.key)
    else if (event.key === 'b' && (event.ctrlKey || event.metaKey) && activeRow?.kind === 'model')
      onFavourite(activeRow.key)
    else return
    event.preventDefault()
  }
  const count = rows.filter((row) => row.kind === 'model').length
  return (
    <div className="grid gap-3">
      <div className="relative">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3"
          aria-hidden="true"
        />
        <input
          type="text"
          // biome-ignore lint/a11y/noAutofocus: the dialog is for searching, and its focus starts somewhere in any case
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={activeRow?.kind === 'model' ? `${listId}-${active}` : undefined}
          aria-label={t('picker.search')}
          placeholder={t('picker.search')}
          spellCheck={false}
          autoComplete="off"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-10 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-9 text-base placeholder:text-ink-3 focus-visible:border-focus focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-[color-mix(in_oklch,var(--focus)_40%,transparent)] pointer-coarse:h-12"
        />
      </div>
      {filterBar}
      <p className="flex justify-between text-xs text-ink-3">
        <span role="status">{t('picker.found', { count })}</span>
        <span className="max-sm:hidden">{t('picker.priceHead')}</span>
      </p>
      <div
        ref={scroller}
        id={listId}
        role="listbox"
        aria-label={t('picker.available')}
        className="-mx-2 h-[min(26rem,50dvh)] overflow-y-auto overscroll-contain"
        tabIndex={-1}
      >
        {count === 0 && (
          <p role="presentation" className="grid h-full place-items-center px-6 text-center text-ink-3">
            {t('picker.none')}
          </p>
        )}
        <div role="presentation" className="relative" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <div
                key={key}
                role="presentation"
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                {row.kind === 'heading' ? (
                  <p role="presentation" className="flex h-8 items-end px-3 pb-1 text-xs font-medium text-ink-3">
                    {t(`picker.${row.id}`)}
                  </p>
                ) : (
                  <ModelRow
                    id={`${listId}-${index}`}
                    model={row.model}
                    active={index === active}
                    chosen={row.key === chosen}
                    favourite={favourites.includes(row.key)}
                    onPoint={() => setActive(index)}
                    {...(onChoose === undefined ? {} : { onChoose })}
                    onFavourite={onFavourite}
                  />
                )}
              </div>
            )
          })}
        </div>
      </div>
      <p className="text-xs text-ink-3 pointer-coarse:hidden">{t('picker.keys')}</p>
    </div>
  )
}
