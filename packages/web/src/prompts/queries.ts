import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

/** The person's prompts, by their slugs. */
export const promptsQuery = queryOptions({
  queryKey: ['prompts'],
  queryFn: async ({ signal }) => (await request('GET /api/app/prompts', { signal })).data,
  staleTime: 30_000,
})

/** Every version of a prompt, the newest first. */
export function promptVersionsQuery(id: string) {
  return queryOptions({
    queryKey: ['prompts', id, 'versions'],
    queryFn: async ({ signal }) =>
      (await request('GET /api/app/prompts/:id/versions', { params: { id }, signal })).data,
  })
}

/** What a version is called; null where it is of no prompt that is there. @param id null: of none */
export function namedVersionQuery(id: string | null) {
  return queryOptions({
    queryKey: ['prompts', 'version', id],
    enabled: id !== null,
    queryFn: async ({ signal }) =>
      (await request('GET /api/app/prompt-versions', { query: { ids: id ?? '' }, signal })).data[0] ?? null,
    staleTime: 300_000,
  })
}
