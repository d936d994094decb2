import { Link, type LinkProps } from '@tanstack/react-router'
import { PanelLeftOpen, Search, Settings, SquarePen, TextQuote } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Mark } from '../brand/mark.tsx'
import { open } from '../palette/open-palette.ts'
import { IconButton } from '../ui/button.tsx'

/** What is left of the sidebar when it is hidden. */
export function Rail({ onExpand }: { onExpand: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="flex h-full flex-col items-center gap-1 pt-3.5 pb-2.5">
      <Link to="/" aria-label="Keyway" className="mb-4 grid size-8 place-items-center rounded-md">
        <Mark className="size-[1.375rem]" />
      </Link>
      <IconButton label={t('nav.expand')} onClick={onExpand}>
        <PanelLeftOpen aria-hidden="true" />
      </IconButton>
      <nav aria-label={t('nav.label')} className="grid gap-1">
        <RailLink to="/" label={t('nav.newChat')} icon={<SquarePen />} />
        <IconButton label={t('nav.search')} aria-haspopup="dialog" onClick={() => open('palette')}>
          <Search aria-hidden="true" />
        </IconButton>
        <RailLink to="/prompts" label={t('nav.prompts')} icon={<TextQuote />} />
        <RailLink to="/settings/account" label={t('nav.settings')} icon={<Settings />} />
      </nav>
    </div>
  )
}

function RailLink({ to, label, icon }: { to: LinkProps['to']; label: string; icon: ReactNode }) {
  return (
    <Link
      {...(to === undefined ? {} : { to })}
      activeOptions={{ exact: true, includeSearch: false }}
      aria-label={label}
      title={label}
      className="grid size-8 place-items-center rounded-md text-ink-3 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:size-11 aria-[current=page]:bg-press aria-[current=page]:text-brass-text [&_svg]:size-4"
    >
      <span aria-hidden="true">{icon}</span>
    </Link>
  )
}
