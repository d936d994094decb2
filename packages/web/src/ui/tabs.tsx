import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

/** A few views of the same thing, one at a time. */
export function Tabs({
  label,
  tabs,
  first,
  more,
}: {
  label: string
  tabs: readonly { id: string; title: string; panel: ReactNode }[]
  /** Which of them is shown at first; the first one unless said. */
  first?: string | undefined
  /** Beside them, where there is more. */
  more?: ReactNode
}) {
  return (
    <Base.Root defaultValue={first ?? tabs[0]?.id ?? ''}>
      <div className="mb-2.5 flex flex-wrap gap-1">
        <Base.List aria-label={label} className="flex flex-wrap gap-1" activateOnFocus>
          {tabs.map(({ id, title }) => (
            <Base.Tab
              key={id}
              value={id}
              className="h-7 shrink-0 rounded-md px-2.5 text-sm font-medium text-ink-3 transition-colors duration-100 hover:text-ink data-active:bg-press data-active:text-ink pointer-coarse:h-10"
            >
              {title}
            </Base.Tab>
          ))}
        </Base.List>
        {more}
      </div>
      {tabs.map(({ id, panel }) => (
        <Base.Panel key={id} value={id} className="rounded-lg">
          {panel}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
