import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** The apps that hold a key of the person's. */
export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: async ({ signal }) => (await request('GET /api/app/apps', { signal })).data,
})

/** The latest calls of one of them. */
export function appCallsQuery(hash: string) {
  return queryOptions({
    queryKey: ['apps', hash, 'calls'],
    queryFn: async ({ signal }) => (await request('GET /api/app/apps/:hash/calls', { params: { hash }, signal })).data,
  })
}
