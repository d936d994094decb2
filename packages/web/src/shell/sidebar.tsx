import { Link, useRouterState } from '@tanstack/react-router'
import { PanelLeftClose } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Wordmark } from '../brand/mark.tsx'
import { withTexts } from '../i18n/i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { ChatNav } from './chat-nav.tsx'
import { SettingsNav } from './settings-nav.tsx'
import { useSettled } from './use-settled.ts'
import { UserMenu } from './user-menu.tsx'

const Shelves = lazy(() => withTexts(['shelves'], import('../shelves/shelves.tsx')))

/** Where one can go, one's conversations, and oneself. Among the settings it shows those in place of the conversations. */
export function Sidebar({ onCollapse }: { onCollapse?: () => void }) {
  const { t } = useTranslation()
  const settled = useSettled()
  const inSettings = useRouterState({
    select: ({ location }) => /^\/(settings|keys|apps)(\/|$)/.test(location.pathname),
  })
  return (
    <div className="flex h-full flex-col px-2.5 pt-3.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
      <div className="mb-4 flex h-8 items-center justify-between">
        <Link to="/" className="mx-2 w-fit rounded-md">
          <Wordmark />
        </Link>
        {onCollapse !== undefined && (
          <IconButton label={t('nav.collapse')} onClick={onCollapse}>
            <PanelLeftClose aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <nav aria-label={t('nav.label')}>{inSettings ? <SettingsNav /> : <ChatNav />}</nav>
      <div className="-mx-2.5 mt-4 flex min-h-0 flex-1 flex-col">
        {/* Not part of what an empty chat waits for. */}
        {!inSettings && settled && (
          <Suspense>
            <Shelves />
          </Suspense>
        )}
      </div>
      <UserMenu />
    </div>
  )
}
