import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type Tone = 'quiet' | 'hold' | 'brass' | 'alarm'

const TONES: Record<Tone, string> = {
  quiet: 'border-line bg-sunken text-ink-2',
  hold: 'border-hold-line bg-hold-wash text-hold',
  brass: 'border-brass-line bg-brass-wash text-brass-text',
  alarm: 'border-alarm-line bg-alarm-wash text-alarm',
}

/** A word or two about the state of something. Colour never stands alone. */
export function Chip({ tone = 'quiet', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 shrink-0 items-center gap-1 whitespace-nowrap rounded-full border px-2 text-2xs font-medium [&_svg]:size-3',
        TONES[tone],
      )}
    >
      {children}
    </span>
  )
}
