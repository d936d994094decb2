import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { request } from '../api/request.ts'

/** A pause in typing. Milliseconds. */
const PAUSE_MS = 160
/** One letter finds everything. */
const LETTERS_MIN = 2
/** What is not among the first of these is found by another word. */
const LIMIT = 30

/** What the person's conversations say to a search, asked when the typing pauses. */
export function useHits(search: string) {
  const wanted = search.trim()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  const enough = asked.length >= LETTERS_MIN && wanted.length >= LETTERS_MIN
  const { data, isFetching, error } = useQuery({
    queryKey: ['search', asked],
    queryFn: async ({ signal }) =>
      (await request('GET /api/app/search', { query: { q: asked, limit: LIMIT }, signal })).data,
    enabled: enough,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  })
  return {
    hits: enough ? (data ?? []) : [],
    /** An answer to what is typed now is still to come. */
    pending: wanted.length >= LETTERS_MIN && (wanted !== asked || isFetching),
    error: enough ? error : null,
  }
}
