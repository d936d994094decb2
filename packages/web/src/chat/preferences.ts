import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

/** The person's ways, the same in every browser. */
export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }) => request('GET /api/app/preferences', { signal }),
  staleTime: 60_000,
})
