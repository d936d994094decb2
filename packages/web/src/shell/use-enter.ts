import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { stateQuery } from '../api/queries.ts'

/** Of whom a setup link is, by its token. */
export const SETUP_LINK = 'setup'

/** Goes in after a sign-in: what was known about nobody is forgotten first. */
export function useEnter(): (href: string) => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return useCallback(
    async (href) => {
      await queries.fetchQuery({ ...stateQuery, staleTime: 0 })
      // But not what the page before stands on: it would ask anew, of a link that is used up by now.
      const kept = [stateQuery.queryKey[0], SETUP_LINK]
      queries.removeQueries({ predicate: ({ queryKey }) => !kept.some((key) => key === queryKey[0]) })
      await router.navigate({ href, replace: true })
    },
    [queries, router],
  )
}
