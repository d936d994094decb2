import { Outlet, useRouterState } from '@tanstack/react-router'
import { Menu as MenuIcon, X } from 'lucide-react'
import { Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Wordmark } from '../brand/mark.tsx'
import { IconButton } from '../ui/button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Sidebar } from './sidebar.tsx'

/** Sidebar and page. On narrow screens the sidebar is a drawer behind a button in the top bar. */
export function AppShell() {
  const { t } = useTranslation()
  const drawer = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with the drawer
  useEffect(() => drawer.current?.close(), [path])
  const show = () => {
    drawer.current?.showModal()
    setOpen(true)
  }
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-brass px-3 py-1.5 text-sm font-medium text-brass-ink focus:translate-y-0"
      >
        {t('nav.skip')}
      </a>
      <aside className="sticky top-0 h-dvh w-60 shrink-0 border-r border-line bg-sunken max-lg:hidden">
        <Sidebar />
      </aside>
      {/* The browser's own dialog: it keeps the focus inside, and costs no script. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the press outside is for pointers */}
      <dialog
        ref={drawer}
        aria-label={t('nav.label')}
        onClose={() => setOpen(false)}
        onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
        className="fixed inset-y-0 left-0 m-0 h-dvh max-h-none w-72 max-w-[85vw] border-r border-line bg-sunken text-ink backdrop:bg-scrim open:animate-rise"
      >
        {open && (
          <>
            <IconButton
              label={t('common.close')}
              className="absolute top-2.5 right-2.5"
              onClick={() => drawer.current?.close()}
            >
              <X aria-hidden="true" />
            </IconButton>
            <Sidebar />
          </>
        )}
      </dialog>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b border-line bg-canvas/90 px-2 backdrop-blur lg:hidden">
          <IconButton label={t('nav.open')} onClick={show} aria-expanded={open}>
            <MenuIcon aria-hidden="true" />
          </IconButton>
          <Wordmark />
        </header>
        <main id="content" tabIndex={-1} className="flex-1 outline-none">
          <Suspense
            fallback={
              <div className="mx-auto max-w-4xl px-4 py-10 sm:px-8">
                <Skeleton />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  )
}
