import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** Something that few need, behind its title. */
export function Fold({ title, open, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details className="group text-sm" {...(open ? { open: true } : {})}>
      <summary className="flex w-fit list-none items-center gap-1.5 rounded-sm font-medium text-ink-2 hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-3.5 text-ink-3 transition-transform duration-150 ease-turn group-open:rotate-90"
          aria-hidden="true"
        />
        {title}
      </summary>
      <div className="mt-3">{children}</div>
    </details>
  )
}
