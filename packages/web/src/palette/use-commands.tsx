import { type LinkProps, useNavigate } from '@tanstack/react-router'
import {
  Blocks,
  ChartNoAxesColumn,
  CircleUserRound,
  CornerDownRight,
  Database,
  Keyboard,
  KeyRound,
  Languages,
  Monitor,
  Moon,
  SquarePen,
  SquareStack,
  Sun,
  TextQuote,
  Timer,
  Users,
} from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../api/use-signed-in.ts'
import { LANGUAGES, type Language } from '../i18n/areas.ts'
import { chooseLanguage } from '../i18n/i18n.ts'
import { chooseTheme, THEMES } from '../style/theme.ts'
import { open } from './open-palette.ts'
import { pageCommands } from './page-commands.ts'

/** Where a command stands in the palette. */
export type CommandGroup = 'here' | 'chat' | 'go' | 'look'

export type Command = {
  id: string
  group: CommandGroup
  title: string
  icon: ReactNode
  keys?: string
  run: () => void
}

const THEME_ICONS = { system: <Monitor />, light: <Sun />, dark: <Moon /> }
const THEME_TITLES = { system: 'palette.themeSystem', light: 'palette.themeLight', dark: 'palette.themeDark' } as const

/** Everything that can be done from the palette at this moment. */
export function useCommands(): Command[] {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const { user } = useSignedIn()
  return useMemo(() => {
    const go = (id: string, title: string, icon: ReactNode, to: NonNullable<LinkProps['to']>): Command => ({
      id,
      group: 'go',
      title,
      icon,
      run: () => void navigate({ to }),
    })
    const here = pageCommands().map((command): Command => ({ ...command, group: 'here', icon: <CornerDownRight /> }))
    const themes = THEMES.map(
      (theme): Command => ({
        id: `theme-${theme}`,
        group: 'look',
        title: t(THEME_TITLES[theme]),
        icon: THEME_ICONS[theme],
        run: () => chooseTheme(theme),
      }),
    )
    const languages = (Object.keys(LANGUAGES) as Language[])
      .filter((language) => language !== i18n.language)
      .map(
        (language): Command => ({
          id: `language-${language}`,
          group: 'look',
          title: LANGUAGES[language],
          icon: <Languages />,
          run: () => void chooseLanguage(language),
        }),
      )
    return [
      ...here,
      {
        id: 'new-chat',
        group: 'chat',
        title: t('palette.newChat'),
        icon: <SquarePen />,
        keys: 'mod+shift+o',
        run: () => void navigate({ to: '/' }),
      },
      {
        id: 'temporary-chat',
        group: 'chat',
        title: t('palette.temporaryChat'),
        icon: <Timer />,
        run: () => void navigate({ to: '/', search: { temporary: true } }),
      },
      go('prompts', t('nav.prompts'), <TextQuote />, '/prompts'),
      go('models', t('nav.models'), <SquareStack />, '/settings/models'),
      go('keys', t('nav.keys'), <KeyRound />, '/keys'),
      go('apps', t('nav.apps'), <Blocks />, '/apps'),
      go('usage', t('nav.usage'), <ChartNoAxesColumn />, '/settings/usage'),
      go('data', t('nav.data'), <Database />, '/settings/data'),
      go('account', t('nav.account'), <CircleUserRound />, '/settings/account'),
      ...(user.role === 'member' ? [] : [go('people', t('nav.people'), <Users />, '/settings/people')]),
      ...themes,
      ...languages,
      {
        id: 'shortcuts',
        group: 'look',
        title: t('palette.shortcuts'),
        icon: <Keyboard />,
        keys: 'mod+/',
        run: () => open('shortcuts'),
      },
    ]
  }, [t, i18n.language, navigate, user.role])
}
