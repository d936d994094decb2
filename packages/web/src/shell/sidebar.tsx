import { Link, type LinkProps } from '@tanstack/react-router'
import { CircleUserRound, KeyRound, MessageSquare, SquareStack } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Wordmark } from '../brand/mark.tsx'
import { UserMenu } from './user-menu.tsx'

/** Where one can go, one's conversations, and oneself. */
export function Sidebar() {
  const { t } = useTranslation()
  return (
    <div className="flex h-full flex-col px-2.5 pt-3.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
      <Link to="/" className="mx-2 mb-5 w-fit rounded-md">
        <Wordmark />
      </Link>
      <nav aria-label={t('nav.label')} className="grid gap-0.5">
        <NavLink to="/" icon={<MessageSquare />} exact>
          {t('nav.start')}
        </NavLink>
        <NavLink to="/settings/models" icon={<SquareStack />}>
          {t('nav.models')}
        </NavLink>
        <NavLink to="/keys" icon={<KeyRound />}>
          {t('nav.keys')}
        </NavLink>
        <NavLink to="/settings/account" icon={<CircleUserRound />}>
          {t('nav.account')}
        </NavLink>
      </nav>
      <section className="mt-7 min-h-0 flex-1 overflow-y-auto px-2" aria-labelledby="conversations">
        <h2 id="conversations" className="text-xs font-medium text-ink-3">
          {t('nav.conversations')}
        </h2>
        <p className="mt-2 text-sm text-ink-3">{t('nav.conversationsEmpty')}</p>
      </section>
      <UserMenu />
    </div>
  )
}

function NavLink({
  to,
  icon,
  exact,
  children,
}: {
  to: LinkProps['to']
  icon: ReactNode
  exact?: boolean
  children: string
}) {
  return (
    <Link
      {...(to === undefined ? {} : { to })}
      activeOptions={{ exact: exact ?? false }}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:h-11 aria-[current=page]:bg-press aria-[current=page]:text-ink [&_svg]:size-4 [&_svg]:shrink-0 aria-[current=page]:[&_svg]:text-brass-text"
    >
      <span aria-hidden="true">{icon}</span>
      {children}
    </Link>
  )
}
