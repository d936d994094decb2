import { useCallback, useState } from 'react'

/** Few enough to be taken in at a glance. */
const RECENT_MAX = 5
/** A bound for what a browser keeps for us. */
const FAVOURITES_MAX = 100

/** Model ids kept in this browser under a name, one a line. */
function readIds(name: string): string[] {
  return (localStorage.getItem(name) ?? '').split('\n').filter(Boolean)
}

const FAVOURITES = 'keyway.models.favourite'
const RECENT = 'keyway.models.recent'

/** The person's favourite and recently chosen models, newest first. */
export function useRememberedModels() {
  const [favourites, setFavourites] = useState(() => readIds(FAVOURITES))
  const [recent, setRecent] = useState(() => readIds(RECENT))
  const toggleFavourite = useCallback((id: string) => {
    setFavourites((before) => {
      const after = before.includes(id)
        ? before.filter((other) => other !== id)
        : [id, ...before].slice(0, FAVOURITES_MAX)
      localStorage.setItem(FAVOURITES, after.join('\n'))
      return after
    })
  }, [])
  const addRecent = useCallback((id: string) => {
    setRecent((before) => {
      const after = [id, ...before.filter((other) => other !== id)].slice(0, RECENT_MAX)
      localStorage.setItem(RECENT, after.join('\n'))
      return after
    })
  }, [])
  return { favourites, recent, toggleFavourite, addRecent }
}
