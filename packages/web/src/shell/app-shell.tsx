import { Outlet, useRouterState } from '@tanstack/react-router'
import { Menu as MenuIcon } from 'lucide-react'
import { Suspense, useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Wordmark } from '../brand/mark.tsx'
import { PaletteHost } from '../palette/palette-host.tsx'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { Drawer } from './drawer.tsx'
import { InShell } from './page-frame.tsx'
import { Rail } from './rail.tsx'
import { Sidebar } from './sidebar.tsx'
import { useSidebar } from './use-sidebar.ts'

/** Sidebar and page. On narrow screens the sidebar is a drawer behind a button in the top bar. */
export function AppShell() {
  const { t } = useTranslation()
  const [drawer, setDrawer] = useState(false)
  const { shown, toggle } = useSidebar()
  const close = useCallback(() => setDrawer(false), [])
  const path = useRouterState({ select: (state) => state.location.pathname })
  // A conversation's own head leaves room for the button: two bars would be a tenth of a phone.
  const headed = path.startsWith('/c/')
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with the drawer
  useEffect(close, [path])
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-brass px-3 py-1.5 text-sm font-medium text-brass-ink focus:translate-y-0"
      >
        {t('nav.skip')}
      </a>
      <aside
        className={`sticky top-0 h-dvh shrink-0 border-r border-line bg-sunken max-lg:hidden ${shown ? 'w-64' : 'w-13'}`}
      >
        {shown ? <Sidebar onCollapse={toggle} /> : <Rail onExpand={toggle} />}
      </aside>
      {drawer && <Drawer onClose={close} />}
      <div className="flex min-w-0 flex-1 flex-col" inert={drawer}>
        <header
          className={classNames(
            'top-0 z-30 flex items-center gap-1 px-2 lg:hidden',
            headed ? 'fixed left-0 h-12' : 'sticky h-13 border-b border-line bg-canvas/90 backdrop-blur',
          )}
        >
          <IconButton label={t('nav.open')} onClick={() => setDrawer(true)} aria-expanded={drawer}>
            <MenuIcon aria-hidden="true" />
          </IconButton>
          {!headed && <Wordmark />}
        </header>
        <main id="content" tabIndex={-1} className="flex-1 outline-none">
          <Suspense
            fallback={
              <div className="mx-auto max-w-4xl px-4 py-10 sm:px-8">
                <Skeleton />
              </div>
            }
          >
            <InShell value={true}>
              <Outlet />
            </InShell>
          </Suspense>
        </main>
      </div>
      <PaletteHost />
    </div>
  )
}
