import { Dialog as Base } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { promptsQuery } from '../prompts/queries.ts'
import { Kbd } from '../ui/kbd.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { useFocusBefore } from '../ui/use-focus-before.ts'
import { type Entry, entriesOf } from './entries.tsx'
import { useCommands } from './use-commands.tsx'
import { useHits } from './use-hits.ts'

/** Go anywhere, do anything, find anything: the focus stays in the field, the arrow keys move through what it finds. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const listId = useId()
  const [search, setSearch] = useState('')
  const [active, setActive] = useState(0)
  const commands = useCommands()
  const { hits, pending, error } = useHits(search)
  const { data: prompts = [] } = useQuery({ ...promptsQuery, enabled: search.trim() !== '' })
  const entries = useMemo(
    () =>
      entriesOf({
        search,
        commands,
        hits,
        prompts,
        untitled: t('palette.newChat'),
        openHit: ({ conversation, message_id }) =>
          void navigate({
            to: '/c/$id',
            params: { id: conversation.id },
            search: message_id === null ? {} : { message: message_id },
          }),
        openPrompt: ({ id }) => void navigate({ to: '/prompts', search: { open: id } }),
      }),
    [search, commands, hits, prompts, t, navigate],
  )
  const focusBefore = useFocusBefore()
  const at = Math.min(active, entries.length - 1)
  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [listId, at])
  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return
    onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed, Enter and the arrows belong to that.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setActive(at + 1 < entries.length ? at + 1 : 0)
    else if (event.key === 'ArrowUp') setActive(at > 0 ? at - 1 : entries.length - 1)
    else if (event.key === 'Enter') choose(entries[at])
    else return
    event.preventDefault()
  }
  const words = search.trim()
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-starting-style:opacity-0" />
        <Base.Popup
          finalFocus={focusBefore}
          className="fixed inset-x-2 top-2 z-50 mx-auto flex max-h-[min(34rem,calc(100dvh-1rem))] max-w-xl flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-high outline-none transition-[opacity,scale] duration-100 ease-turn data-starting-style:scale-98 data-starting-style:opacity-0 sm:top-[12dvh] sm:max-h-[min(34rem,76dvh)]"
        >
          <Base.Title className="sr-only">{t('palette.title')}</Base.Title>
          <div className="flex items-center gap-3 border-b border-line px-4 text-ink-3">
            {pending ? (
              <Spinner className="size-4 shrink-0" />
            ) : (
              <Search className="size-4 shrink-0" aria-hidden="true" />
            )}
            <input
              type="text"
              // biome-ignore lint/a11y/noAutofocus: it is what was opened
              autoFocus
              role="combobox"
              aria-expanded="true"
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={entries.length > 0 ? `${listId}-${at}` : undefined}
              aria-label={t('palette.placeholder')}
              placeholder={t('palette.placeholder')}
              spellCheck={false}
              autoComplete="off"
              value={search}
              onChange={(event) => {
                setSearch(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
              className="h-12 min-w-0 flex-1 bg-transparent text-lg text-ink outline-none placeholder:text-ink-3"
            />
          </div>
          <div
            id={listId}
            role="listbox"
            aria-label={t('palette.title')}
            tabIndex={-1}
            className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-2 outline-none"
          >
            {entries.map((entry, index) => (
              <Line
                key={entry.key}
                id={`${listId}-${index}`}
                entry={entry}
                heading={entries[index - 1]?.group !== entry.group}
                active={index === at}
                onPoint={() => setActive(index)}
                onChoose={() => choose(entry)}
              />
            ))}
            {entries.length === 0 && !pending && (
              <p role="presentation" className="px-3 py-10 text-center text-ink-3">
                {error === null ? t('palette.none', { words }) : t('failure.unforeseen')}
              </p>
            )}
          </div>
          <p role="status" className="sr-only">
            {pending ? t('palette.searching') : t('palette.found', { count: entries.length })}
          </p>
          <p className="border-t border-line px-4 py-2 text-xs text-ink-3 pointer-coarse:hidden">{t('palette.keys')}</p>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Line({
  id,
  entry,
  heading,
  active,
  onPoint,
  onChoose,
}: {
  id: string
  entry: Entry
  heading: boolean
  active: boolean
  onPoint: () => void
  onChoose: () => void
}) {
  const { t } = useTranslation()
  return (
    <>
      {heading && (
        <p role="presentation" className="flex h-8 items-end px-2.5 pb-1 text-xs font-medium text-ink-3">
          {t(`palette.${entry.group}`)}
        </p>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and takes the keys */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={active}
        onClick={onChoose}
        onPointerMove={onPoint}
        className="group flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 py-1.5 aria-selected:bg-press pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3"
      >
        <span aria-hidden="true">{entry.icon}</span>
        <span className="grid min-w-0 flex-1">
          <span className="truncate">{entry.title}</span>
          {entry.excerpt !== undefined && (
            <span className="truncate text-xs text-ink-3 group-aria-selected:text-ink-2">
              {entry.excerpt.map(({ text, match }, piece) =>
                match ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their place
                  <mark key={piece} className="rounded-xs bg-brass-wash font-medium text-brass-text">
                    {text}
                  </mark>
                ) : (
                  text
                ),
              )}
            </span>
          )}
        </span>
        {entry.keys !== undefined && <Kbd keys={entry.keys} />}
      </div>
    </>
  )
}
