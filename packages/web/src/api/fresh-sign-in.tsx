import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useRef, useState } from 'react'
import { withTexts } from '../i18n/i18n.ts'
import { AppError } from './app-error.ts'

type WhenFresh = <T>(act: () => Promise<T>) => Promise<T>

const FreshSignIn = createContext<WhenFresh>((act) => act())

const FreshSignInDialog = lazy(() => withTexts(['door'], import('./fresh-sign-in-dialog.tsx')))

/** Runs an act; where the server wants a sign-in of the last minutes, asks for it and runs the act again. */
export function useFreshSignIn(): WhenFresh {
  return useContext(FreshSignIn)
}

export function FreshSignInProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const settle = useRef<(fresh: boolean) => void>(() => undefined)

  const whenFresh = useCallback<WhenFresh>(async (act) => {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'sign_in_again') throw error
      setOpen(true)
      const fresh = await new Promise<boolean>((resolve) => {
        settle.current = resolve
      })
      setOpen(false)
      if (!fresh) throw error
      return await act()
    }
  }, [])

  return (
    <FreshSignIn value={whenFresh}>
      {children}
      {open && (
        <Suspense>
          <FreshSignInDialog onEnd={(fresh) => settle.current(fresh)} />
        </Suspense>
      )}
    </FreshSignIn>
  )
}
