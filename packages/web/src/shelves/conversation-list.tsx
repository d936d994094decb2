import type { Conversation } from '@keyway/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, lazy, type RefObject, Suspense, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { conversationsQuery, type Shelf } from '../api/conversations.ts'
import { withTexts } from '../i18n/i18n.ts'
import { ConversationRow, type RowAct } from './conversation-row.tsx'
import { DRAGGED } from './folder-row.tsx'
import { type Heading, type ShelfRow, shelfRows } from './shelf-rows.ts'
import { useConversationActs } from './use-conversation-acts.ts'

const MoveDialog = lazy(() => withTexts(['shelves'], import('./move-dialog.tsx')))

/** Heights that the rows have in CSS; the list needs them before a row exists. Pixels. */
const ROW_PX = matchMedia('(pointer: coarse)').matches ? 44 : 32
const HEADING_PX = 34
/** Rows beyond the edge, so that fast scrolling shows no gap. */
const OVERSCAN = 10
/** While an answer is written elsewhere, its end shows after this long at the latest. Milliseconds. */
const STREAMING_MS = 4_000

/** The conversations of a shelf, however many, under their headings. Arrow keys go through them. */
export function ConversationList({
  shelf,
  scroller,
  above,
}: {
  shelf: Shelf
  scroller: RefObject<HTMLDivElement | null>
  /** What stands above the list in the same scroller has changed when this has. */
  above: unknown
}) {
  const { t } = useTranslation()
  const listId = useId()
  const frame = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const { id: openId } = useParams({ strict: false })
  const acts = useConversationActs()
  const list = useInfiniteQuery({
    ...conversationsQuery(shelf),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ streaming }) => streaming)) ? STREAMING_MS : false,
  })
  const rows = useMemo(() => {
    const all = list.data?.pages.flatMap(({ data }) => data) ?? []
    // What is in a folder is found there, unless it is pinned.
    const shown = shelf.kind === 'all' ? all.filter(({ folder_id, pinned }) => folder_id === null || pinned) : all
    return shelfRows(shown, new Date())
  }, [list.data, shelf])
  const [reached, setReached] = useState<string>()
  const [renaming, setRenaming] = useState<string>()
  const [dragged, setDragged] = useState<string>()
  const [moving, setMoving] = useState<Conversation>()
  const wanted = useRef<string>(undefined)

  const conversations = rows.filter((row) => row.kind === 'conversation')
  const reachable = [reached, openId].find((id) => conversations.some(({ key }) => key === id)) ?? conversations[0]?.key
  // Whoever has the focus, or is dragged, must not leave the page when it is scrolled away.
  const kept = rows.findIndex(({ key }) => key === (dragged ?? reachable))
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands above decides where the list begins
  useEffect(() => setMargin(frame.current?.offsetTop ?? 0), [above, list.data])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? HEADING_PX : ROW_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
    scrollMargin: margin,
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), ...(kept < 0 ? [] : [kept])])].sort((a, b) => a - b),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other sizes
  useEffect(() => virtual.measure(), [rows, virtual])
  const items = virtual.getVirtualItems()
  // The one that is kept may stand alone, far below.
  const lastShown = virtual.range?.endIndex ?? -1
  const { hasNextPage, isFetching, fetchNextPage, isFetchNextPageError } = list
  useEffect(() => {
    if (lastShown >= rows.length - OVERSCAN && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [lastShown, rows.length, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage])
  useEffect(() => {
    if (wanted.current === undefined) return
    const row = document.getElementById(`${listId}-${wanted.current}`)
    if (row === null) return
    wanted.current = undefined
    row.focus()
  })

  const focus = (id: string | undefined) => {
    if (id === undefined) return
    wanted.current = id
    setReached(id)
    virtual.scrollToIndex(rows.findIndex(({ key }) => key === id))
    // The one that has the focus may be asked to take it again, which renders nothing.
    document.getElementById(`${listId}-${id}`)?.focus()
  }
  const neighbour = (id: string | undefined, by: number) => {
    const at = conversations.findIndex(({ key }) => key === id)
    return conversations[Math.min(conversations.length - 1, Math.max(0, at + by))]?.key
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || renaming !== undefined) return
    const { key } = event
    if (key === 'ArrowDown') focus(neighbour(reachable, 1))
    else if (key === 'ArrowUp') focus(neighbour(reachable, -1))
    else if (key === 'Home') focus(conversations[0]?.key)
    else if (key === 'End') focus(conversations.at(-1)?.key)
    else if (key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && removed.current !== undefined) {
      void acts.restore(removed.current)
      removed.current = undefined
    } else return
    event.preventDefault()
  }
  const removed = useRef<Conversation>(undefined)
  const onAct = (act: RowAct, conversation: Conversation) => {
    if (act === 'rename') setRenaming(conversation.id)
    else if (act === 'move') setMoving(conversation)
    else if (act === 'pin') void acts.pin(conversation)
    else {
      const below = neighbour(conversation.id, 1)
      wanted.current = below === conversation.id ? neighbour(conversation.id, -1) : below
      setReached(wanted.current)
      if (act === 'archive') void acts.archive(conversation)
      else {
        removed.current = conversation
        void acts.remove(conversation)
      }
    }
  }
  if (list.isPending) return null
  if (rows.length === 0 && !hasNextPage) {
    const text =
      shelf.kind === 'all' ? 'shelves.empty' : shelf.kind === 'folder' ? 'shelves.emptyFolder' : 'shelves.emptyArchive'
    return (
      <p className="px-2 pt-3 text-sm text-ink-3">
        {list.isError && list.data === undefined ? t('shelves.failed') : t(text)}
      </p>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links in it
    <div
      ref={frame}
      onKeyDown={onKeyDown}
      onDragStart={(event) => setDragged(event.dataTransfer.getData(DRAGGED))}
      onDragEnd={() => setDragged(undefined)}
    >
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <li key={key} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${start - margin}px)` }}>
              <Line
                row={row}
                id={`${listId}-${row.key}`}
                reachable={row.key === reachable}
                renaming={row.key === renaming}
                onAct={onAct}
                onReach={({ id }) => setReached(id)}
                onRenamed={(conversation, title) => {
                  setRenaming(undefined)
                  wanted.current = conversation.id
                  if (title !== undefined) void acts.rename(conversation, title)
                }}
              />
            </li>
          )
        })}
      </ul>
      <Suspense>
        {moving !== undefined && (
          <MoveDialog
            conversation={moving}
            onClose={() => setMoving(undefined)}
            onMove={(folder) => {
              setMoving(undefined)
              void acts.move(moving, folder)
            }}
          />
        )}
      </Suspense>
    </div>
  )
}

type LineProps = Omit<Parameters<typeof ConversationRow>[0], 'conversation'> & { row: ShelfRow }

function Line({ row, ...rest }: LineProps) {
  const { t, i18n } = useTranslation()
  if (row.kind === 'conversation') return <ConversationRow conversation={row.conversation} {...rest} />
  return (
    <h3 className="flex h-8.5 items-end px-2 pb-1 text-xs font-medium text-ink-3">
      {typeof row.title === 'string' ? t(`shelves.${row.title}`) : monthName(row.title, i18n.language)}
    </h3>
  )
}

/** 'October' in this year, 'October 2025' in others. */
function monthName({ month }: Exclude<Heading, string>, language: string): string {
  const thisYear = month.getFullYear() === new Date().getFullYear()
  return new Intl.DateTimeFormat(language, thisYear ? { month: 'long' } : { month: 'long', year: 'numeric' }).format(
    month,
  )
}
