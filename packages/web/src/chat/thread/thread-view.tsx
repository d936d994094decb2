import { ArrowDown } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { RefusedWordings } from './refused-wordings.tsx'
import { RowGroups } from './row-groups.tsx'
import { useFound } from './use-found.ts'
import { useGradually } from './use-gradually.ts'
import { UseItOffer } from './use-it-offer.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import { useRows } from './use-rows.ts'
import { useStick } from './use-stick.ts'

/**
 * The branch that is shown. Its end stays in view while it grows, unless the reader went up.
 * @param found a message that was looked for
 */
export function ThreadView({ found }: { found: string | undefined }) {
  const { t } = useTranslation()
  const rows = useRows()
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const { away, toEnd, hold } = useStick(scroller, content)
  const count = useGradually(rows.length)
  useKeptFocus(scroller, rows)
  useFound(found, { scroller, hold, whole: count === rows.length })

  // Whoever asks something wants to see it.
  const question = rows.findLast(({ role }) => role === 'user')
  // Going on with another of several wordings asks nothing new.
  const own = question?.wordings?.[0]?.question ?? question?.on
  const asked = useRef(own)
  useEffect(() => {
    if (own === asked.current) return
    asked.current = own
    toEnd()
  }, [own, toEnd])
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        id="transcript"
        role="log"
        aria-live="off"
        aria-label={t('chat.transcript')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain outline-none focus-visible:shadow-[inset_0_0_0_2px_var(--focus)]"
      >
        <div ref={content} className="pt-4 pb-8">
          <RowGroups rows={rows} count={count} />
          <RefusedWordings />
        </div>
        <UseItOffer rows={rows.length} />
      </div>
      {away && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button size="sm" className="pointer-events-auto animate-rise rounded-full shadow-high" onClick={toEnd}>
            <ArrowDown aria-hidden="true" />
            {t('chat.toLatest')}
          </Button>
        </div>
      )}
    </div>
  )
}
