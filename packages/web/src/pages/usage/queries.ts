import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../../api/request.ts'

/** Of how many days, and whose. */
export type UsageOf = { days: number; scope: 'own' | 'workspace' }

export const USAGE_DAYS = 30

/** What was called and what it cost. */
export function usageQuery({ days, scope }: UsageOf) {
  return queryOptions({
    queryKey: ['usage', scope, days],
    queryFn: ({ signal }) =>
      request('GET /api/app/usage', { query: { days, ...(scope === 'workspace' ? { scope } : {}) }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
}
