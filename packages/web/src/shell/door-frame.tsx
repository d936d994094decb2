import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../api/queries.ts'
import { Wordmark } from '../brand/mark.tsx'
import { Pins } from '../brand/pins.tsx'

/** The frame of the pages before one is in: set-up and sign-in. */
export function DoorFrame({
  title,
  about,
  set = 0,
  children,
}: {
  title: string
  about?: ReactNode
  set?: number
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(26rem,5fr)_6fr]">
      <div className="flex flex-col px-5 pt-6 pb-[max(1.5rem,env(safe-area-inset-bottom))] sm:px-12">
        <header>
          <Wordmark />
        </header>
        <main className="mx-auto grid w-full max-w-sm flex-1 animate-rise content-center gap-6 py-10">
          <div className="grid gap-2">
            <h1 className="text-2xl font-semibold">{title}</h1>
            {about !== undefined && <p className="text-ink-2">{about}</p>}
          </div>
          {children}
        </main>
        <footer className="text-xs text-ink-3">{t('frame.version', { version: state.version })}</footer>
      </div>
      <aside
        aria-label={t('frame.tagline')}
        className="relative grid content-center justify-items-center gap-10 overflow-hidden border-l border-line bg-sunken px-12 max-lg:hidden"
      >
        <Pins set={set} className="h-52" />
        <div className="grid max-w-md gap-3 text-center">
          <p className="text-3xl font-semibold">{t('frame.tagline')}</p>
          <p className="text-ink-2">{t('frame.promise')}</p>
        </div>
      </aside>
    </div>
  )
}
