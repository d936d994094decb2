import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** The apps that hold a key of the person's. */
export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: async ({ signal }) => (await request('GET /api/app/apps', { signal })).data,
})

/** The calls of one of them, page by page, the latest first. */
export function appCallsQuery(hash: string) {
  return infiniteQueryOptions({
    queryKey: ['apps', hash, 'calls'],
    queryFn: ({ pageParam: before, signal }) =>
      request('GET /api/app/apps/:hash/calls', { params: { hash }, query: { before }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}
