import type { AppState, Me } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { stateQuery } from './queries.ts'

/** The state and its person. For what stands inside the shell, which nobody enters without having signed in. */
export function useSignedIn(): { state: AppState; user: Me } {
  const { data: state } = useSuspenseQuery(stateQuery)
  if (state.user === null) throw new Error('nobody is signed in')
  return { state, user: state.user }
}
