import { useEffect, useState } from 'react'

/** The secret of a link by mail. It leaves the address at once, so that neither history nor a shared screen keeps it. */
export function useToken(): string {
  const [token] = useState(() => location.hash.slice(1))
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname)
  }, [])
  return token
}
