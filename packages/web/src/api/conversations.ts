import type { Conversation, ConversationList } from '@keyway/contract'
import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** Which conversations a list shows: all that are in use, those of one folder, or the archived ones. */
export type Shelf = { kind: 'all' } | { kind: 'folder'; id: string } | { kind: 'archive' }

/** A sidebar's height of them, twice. */
const PAGE = 50

type Pages = InfiniteData<ConversationList, string | undefined>

/** The conversations of a shelf, page by page: pinned first, then the latest used. */
export function conversationsQuery(shelf: Shelf) {
  return infiniteQueryOptions({
    queryKey: ['conversations', shelf],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/app/conversations', {
        query: {
          limit: PAGE,
          before: pageParam,
          ...(shelf.kind === 'archive' ? { archived: 'true' } : {}),
          ...(shelf.kind === 'folder' ? { folder: shelf.id } : {}),
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 10_000,
  })
}

export const foldersQuery = queryOptions({
  queryKey: ['folders'],
  queryFn: async ({ signal }) => (await request('GET /api/app/folders', { signal })).data,
  staleTime: 30_000,
})

const LISTS = { queryKey: ['conversations'] }

/** Puts a conversation as it now is into every list that has it. Lists are asked anew where one should have it and has not. */
export function keepConversation(queries: QueryClient, kept: Conversation): void {
  if (kept.temporary) return
  for (const [queryKey, pages] of queries.getQueriesData<Pages>(LISTS)) {
    if (pages === undefined) continue
    const shelf = queryKey[1] as Shelf
    const known = pages.pages.some(({ data }) => data.some(({ id }) => id === kept.id))
    if (belongs(kept, shelf) && known) {
      queries.setQueryData(
        queryKey,
        eachPage(pages, (data) => data.map((one) => (one.id === kept.id ? kept : one))),
      )
    } else if (known) {
      queries.setQueryData(
        queryKey,
        eachPage(pages, (data) => data.filter(({ id }) => id !== kept.id)),
      )
    } else if (belongs(kept, shelf)) {
      void queries.invalidateQueries({ queryKey })
    }
  }
}

/** Takes a conversation out of every list. */
export function forgetConversation(queries: QueryClient, forgotten: string): void {
  queries.setQueriesData<Pages>(
    LISTS,
    (pages) => pages && eachPage(pages, (data) => data.filter(({ id }) => id !== forgotten)),
  )
}

/** A conversation that some list has. */
export function findConversation(queries: QueryClient, wanted: string): Conversation | undefined {
  for (const [, pages] of queries.getQueriesData<Pages>(LISTS)) {
    for (const { data } of pages?.pages ?? []) {
      const found = data.find(({ id }) => id === wanted)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function belongs(conversation: Conversation, shelf: Shelf): boolean {
  if (shelf.kind === 'archive') return conversation.archived
  if (conversation.archived) return false
  return shelf.kind === 'all' || conversation.folder_id === shelf.id
}

function eachPage(pages: Pages, change: (data: Conversation[]) => Conversation[]): Pages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, data: change(page.data) })) }
}
