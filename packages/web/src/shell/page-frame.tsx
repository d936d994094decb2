import { createContext, type ReactNode, useContext } from 'react'

/** Whether a page stands in the shell, which has the document's one main part already. */
export const InShell = createContext(false)

/** A page that can stand in the shell or alone: a main part of its own only where there is none. */
export function PageFrame({ className, children }: { className: string; children: ReactNode }) {
  return useContext(InShell) ? (
    <div className={className}>{children}</div>
  ) : (
    <main className={className}>{children}</main>
  )
}
