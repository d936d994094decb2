import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/**
 * The way of a connected key, from one end to the other: the browser is on it, and has no key.
 * @param version of the root key that seals it; null where none does
 */
export function KeyChain({ version }: { version: number | null }) {
  const { t } = useTranslation()
  const links = [
    `${t('connect.chainBrowser')} (${t('connect.chainBrowserNote')})`,
    t('connect.chainExchange'),
    version === null ? t('connect.chainSeal') : t('connect.chainSealedBy', { version }),
    t('connect.chainStore'),
  ]
  return (
    <ol aria-label={t('connect.chain')} className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-xs text-ink-2">
      {links.map((link, i) => (
        <li key={link} className="flex items-center gap-1.5">
          {link}
          {/* Behind what it leads away from, so that no line begins with it. */}
          {i < links.length - 1 && <ChevronRight className="size-3 text-brass-text" aria-hidden="true" />}
        </li>
      ))}
    </ol>
  )
}
