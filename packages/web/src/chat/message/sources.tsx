import type { CitationPart } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { hostOf, safeLink } from '../markdown/safe-link.ts'

/** Where an answer has it from. */
export function Sources({ citations }: { citations: readonly CitationPart[] }) {
  const { t } = useTranslation()
  const links = citations.flatMap((citation) => {
    const address = safeLink(citation.url)
    return address === undefined ? [] : [{ ...citation, address, host: hostOf(address) ?? address }]
  })
  if (links.length === 0) return null
  return (
    <section className="mt-4 grid gap-1.5" aria-label={t('chat.sources')}>
      <p className="text-xs font-medium text-ink-3" aria-hidden="true">
        {t('chat.sources')}
      </p>
      <ol className="flex flex-wrap gap-1.5">
        {links.map(({ address, host, title, text }, index) => (
          <li key={address} className="max-w-full">
            <a
              href={address}
              target="_blank"
              rel="noopener noreferrer nofollow"
              title={text ?? address}
              className="flex max-w-72 items-baseline gap-1.5 rounded-md border border-line bg-surface px-2 py-1 text-xs text-ink-2 transition-colors duration-100 hover:border-line-strong hover:text-ink"
            >
              <span className="tabular text-ink-3">{index + 1}</span>
              <span className="truncate">{title ?? host}</span>
              {title !== undefined && <span className="shrink-0 truncate text-ink-3">{host}</span>}
            </a>
          </li>
        ))}
      </ol>
    </section>
  )
}
