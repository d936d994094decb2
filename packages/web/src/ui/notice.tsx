import type { ReactNode } from 'react'
import type { Tone } from './chip.tsx'
import { classNames } from './class-names.ts'

const TONES: Record<Tone, string> = {
  quiet: 'border-line bg-sunken',
  hold: 'border-hold-line bg-hold-wash [&>svg]:text-hold',
  brass: 'border-brass-line bg-brass-wash [&>svg]:text-brass-text',
  alarm: 'border-alarm-line bg-alarm-wash [&>svg]:text-alarm',
}

/** Something to know, where it matters. An alarm is read out at once. */
export function Notice({
  tone = 'quiet',
  icon,
  title,
  children,
  actions,
}: {
  tone?: Tone
  icon?: ReactNode
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div
      role={tone === 'alarm' ? 'alert' : undefined}
      className={classNames(
        'flex gap-3 rounded-lg border px-3.5 py-3 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0',
        TONES[tone],
      )}
    >
      {icon}
      <div className="grid min-w-0 flex-1 gap-1">
        {title !== undefined && <p className="font-medium text-ink">{title}</p>}
        {children !== undefined && <div className="text-ink-2">{children}</div>}
        {actions !== undefined && <div className="mt-1.5 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}
