import { useEffect, useState } from 'react'

/**
 * The secret of a one-time link, as in `/setup#<token>`. It leaves the address at once, so that neither history nor a shared
 * screen keeps it. A second link that is opened where the first stands loads no page: the browser only tells of it.
 */
export function useLinkToken(): string {
  const [token, setToken] = useState(() => location.hash.slice(1))
  useEffect(() => {
    const take = () => {
      if (location.hash === '') return
      setToken(location.hash.slice(1))
      history.replaceState(history.state, '', location.pathname)
    }
    take()
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  }, [])
  return token
}
