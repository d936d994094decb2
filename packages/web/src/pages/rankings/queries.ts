import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

export const DEFAULT_PERIOD = 'month'

/** Which apps used most. */
export function rankingsQuery(period: 'day' | 'week' | 'month' = DEFAULT_PERIOD) {
  return queryOptions({
    queryKey: ['rankings', period],
    queryFn: ({ signal }) => request('GET /api/app/rankings', { query: { period }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}
