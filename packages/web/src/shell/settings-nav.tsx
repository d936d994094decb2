import {
  ArrowLeft,
  Blocks,
  ChartNoAxesColumn,
  CircleUserRound,
  Database,
  KeyRound,
  SquareStack,
  Users,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../api/use-signed-in.ts'
import { NavLink } from './nav-link.tsx'

/** The pages around the chat: oneself, models and keys, and the workspace for those who run it. */
export function SettingsNav() {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  return (
    <div className="grid gap-5">
      <NavLink to="/" icon={<ArrowLeft />} exact>
        {t('nav.back')}
      </NavLink>
      <Group title={t('nav.you')}>
        <NavLink to="/settings/account" icon={<CircleUserRound />}>
          {t('nav.account')}
        </NavLink>
        <NavLink to="/settings/data" icon={<Database />}>
          {t('nav.data')}
        </NavLink>
      </Group>
      <Group title={t('nav.access')}>
        <NavLink to="/settings/models" icon={<SquareStack />}>
          {t('nav.models')}
        </NavLink>
        <NavLink to="/keys" icon={<KeyRound />}>
          {t('nav.keys')}
        </NavLink>
        <NavLink to="/apps" icon={<Blocks />}>
          {t('nav.apps')}
        </NavLink>
        <NavLink to="/settings/usage" icon={<ChartNoAxesColumn />}>
          {t('nav.usage')}
        </NavLink>
      </Group>
      {user.role !== 'member' && (
        <Group title={t('nav.workspace')}>
          <NavLink to="/settings/people" icon={<Users />}>
            {t('nav.people')}
          </NavLink>
        </Group>
      )}
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <p className="px-2 pb-1 text-xs font-medium text-ink-3">{title}</p>
      {children}
    </div>
  )
}
