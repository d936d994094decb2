import { Link } from '@tanstack/react-router'
import { LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { useSignedIn } from '../api/use-signed-in.ts'
import { chooseTheme, chosenTheme, THEMES, type Theme } from '../style/theme.ts'
import { IconButton } from '../ui/button.tsx'
import { leave } from './leave.ts'

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const
const NAMES = { system: 'nav.themeSystem', light: 'nav.themeLight', dark: 'nav.themeDark' } as const

/** Who is signed in, the theme, and the way out. */
export function UserMenu() {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  const signOut = useAct(() => request('POST /api/app/logout'), {
    done: () => leave('signed_out'),
  })
  return (
    <div className="flex items-center gap-1 border-t border-line pl-1.5 pt-2.5">
      <span
        className="grid size-7 shrink-0 place-items-center rounded-md bg-brass-wash text-xs font-semibold text-brass-text uppercase"
        aria-hidden="true"
      >
        {user.name.slice(0, 1)}
      </span>
      <div className="ml-1.5 min-w-0 flex-1">
        <p className="truncate text-sm leading-4 font-medium">{user.name}</p>
        <p className="truncate text-2xs text-ink-3">{t(`roleNames.${user.role}`)}</p>
      </div>
      <Link
        to="/settings/account"
        aria-label={t('nav.settings')}
        title={t('nav.settings')}
        className="grid size-8 shrink-0 place-items-center rounded-md text-ink-3 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:size-11 aria-[current=page]:text-brass-text"
      >
        <Settings className="size-4" aria-hidden="true" />
      </Link>
      <ThemeButton />
      <IconButton label={t('nav.signOut')} onClick={() => signOut.mutate()}>
        <LogOut aria-hidden="true" />
      </IconButton>
    </div>
  )
}

/** Goes through the themes in turn. */
function ThemeButton() {
  const { t } = useTranslation()
  const [theme, setTheme] = useState<Theme>(chosenTheme)
  const Icon = ICONS[theme]
  const next = () => {
    const following = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
    chooseTheme(following)
    setTheme(following)
  }
  return (
    <IconButton label={`${t('nav.theme')}: ${t(NAMES[theme])}`} onClick={next}>
      <Icon aria-hidden="true" />
    </IconButton>
  )
}
