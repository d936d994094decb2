import { queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** Everyone of the workspace; for owners and admins. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => (await request('GET /api/app/users', { signal })).data,
})
