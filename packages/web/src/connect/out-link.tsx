import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'

/** Leads to the issuer's own page, in a tab of its own. */
export function OutLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink hover:decoration-current"
    >
      {children}
      <ExternalLink className="size-3.5" aria-hidden="true" />
    </a>
  )
}
