import { Search, SquarePen, TextQuote } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { open } from '../palette/open-palette.ts'
import { Kbd } from '../ui/kbd.tsx'
import { NAV_LINE, NavLink } from './nav-link.tsx'

/** What one begins with. */
export function ChatNav() {
  const { t } = useTranslation()
  return (
    <div className="grid gap-0.5">
      <NavLink to="/" icon={<SquarePen />} exact>
        {t('nav.newChat')}
        <Hint keys="mod+shift+o" />
      </NavLink>
      <button type="button" className={NAV_LINE} aria-haspopup="dialog" onClick={() => open('palette')}>
        <Search aria-hidden="true" />
        {t('nav.search')}
        <Hint keys="mod+k" />
      </button>
      <NavLink to="/prompts" icon={<TextQuote />}>
        {t('nav.prompts')}
      </NavLink>
    </div>
  )
}

function Hint({ keys }: { keys: string }) {
  return (
    <span className="ml-auto">
      <Kbd keys={keys} />
    </span>
  )
}
