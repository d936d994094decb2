import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { stateQuery } from '../api/queries.ts'

/** Goes in after a sign-in: what was known about nobody is forgotten first. */
export function useEnter(): (href: string) => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return useCallback(
    async (href) => {
      await queries.fetchQuery({ ...stateQuery, staleTime: 0 })
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== stateQuery.queryKey[0] })
      await router.navigate({ href, replace: true })
    },
    [queries, router],
  )
}
