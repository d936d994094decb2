import { type ReactNode, useEffect, useRef } from 'react'
import { Wordmark } from '../brand/mark.tsx'

/** The page around whatever there is to decide: one column, the mark, and nothing else. */
export function Frame({ children, foot }: { children: ReactNode; foot?: ReactNode }) {
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr_auto] px-4 pb-[max(1.25rem,env(safe-area-inset-bottom))] sm:px-6">
      <header className="mx-auto w-full max-w-[29rem] pt-6 pb-5 sm:pt-10">
        <Wordmark />
      </header>
      <main className="mx-auto grid w-full max-w-[29rem] animate-rise content-start gap-5 sm:pt-[clamp(0rem,12vh-6rem,5rem)] sm:pb-10">
        {children}
      </main>
      <footer className="mx-auto w-full max-w-[29rem] pt-6 text-xs text-ink-3">{foot}</footer>
    </div>
  )
}

/** A heading with its words. It takes the focus when a step takes another's place, so that the step is read out. */
export function Head({ title, about, focus }: { title: ReactNode; about?: ReactNode; focus?: 'take' }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (focus === 'take') heading.current?.focus()
  }, [focus])
  return (
    <div className="grid gap-2">
      <h1
        ref={heading}
        tabIndex={-1}
        className="text-2xl font-semibold text-balance [font-variant-ligatures:none] outline-none [overflow-wrap:anywhere]"
      >
        {title}
      </h1>
      {about !== undefined && <p className="text-ink-2 text-pretty">{about}</p>}
    </div>
  )
}
