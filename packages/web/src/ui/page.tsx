import type { ReactNode } from 'react'

/** One page inside the shell: its heading, what it is for, its main act, its content. */
export function Page({
  title,
  about,
  action,
  children,
}: {
  title: string
  about?: ReactNode
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="mx-auto w-full max-w-4xl animate-rise px-4 pt-6 pb-20 sm:px-8 sm:pt-10">
      <header className="mb-7 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-60 max-w-2xl flex-1 gap-1.5">
          <h1 className="text-2xl font-semibold">{title}</h1>
          {about !== undefined && <p className="text-ink-2">{about}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}

/** A part of a page. */
export function Section({
  title,
  about,
  action,
  children,
}: {
  title: string
  about?: ReactNode
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="mt-9 first-of-type:mt-0">
      <header className="mb-3 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="grid gap-0.5">
          <h2 className="text-lg font-semibold tracking-[-0.01em]">{title}</h2>
          {about !== undefined && <p className="max-w-2xl text-sm text-ink-3">{about}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}

/** A sheet on which things that belong together stand. */
export function Card({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <div className={`rounded-lg border border-line bg-surface shadow-low ${className}`}>{children}</div>
}
