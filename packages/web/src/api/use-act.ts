import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useFreshSignIn } from './fresh-sign-in.tsx'

/**
 * An act that changes something on the server: runs it, asks for a fresh sign-in first where the server wants one, and
 * has what is shown asked for anew.
 */
export function useAct<Input = void, Answer = unknown>(
  act: (input: Input) => Promise<Answer>,
  { changes = [], done }: { changes?: readonly QueryKey[]; done?: (answer: Answer, input: Input) => unknown } = {},
) {
  const queries = useQueryClient()
  const whenFresh = useFreshSignIn()
  return useMutation({
    mutationFn: (input: Input) => whenFresh(() => act(input)),
    onSuccess: async (answer, input) => {
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })))
      await done?.(answer, input)
    },
  })
}
