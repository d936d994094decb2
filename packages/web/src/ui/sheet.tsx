import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { classNames } from './class-names.ts'
import { HOLDS_ACTIONS } from './holds-actions.ts'
import { useFocusBefore } from './use-focus-before.ts'

/** A window at the page's edge, for what belongs to the page behind it. It is open while rendered. */
export function Sheet({
  title,
  about,
  onClose,
  children,
}: {
  title: string
  about?: string
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const focusBefore = useFocusBefore()
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-starting-style:opacity-0" />
        <Base.Popup
          finalFocus={focusBefore}
          className="fixed inset-y-0 right-0 z-50 flex w-full max-w-md flex-col border-l border-line bg-raised shadow-high outline-none transition-[opacity,translate] duration-200 ease-turn data-starting-style:translate-x-4 data-starting-style:opacity-0"
        >
          <header className="grid gap-1 border-b border-line py-4 pr-14 pl-5">
            <Base.Title className="text-lg font-semibold tracking-[-0.012em]">{title}</Base.Title>
            {about !== undefined && <Base.Description className="text-sm text-ink-2">{about}</Base.Description>}
          </header>
          <div
            className={classNames(
              'mb-[max(0px,calc(env(safe-area-inset-bottom)-1.25rem))] min-h-0 flex-1 overflow-y-auto p-5',
              HOLDS_ACTIONS,
            )}
          >
            {children}
          </div>
          {/* Last in order, so that the focus goes to what the sheet is for. */}
          <Base.Close
            aria-label={t('common.close')}
            className="absolute top-3 right-3 inline-flex size-8 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:size-11"
          >
            <X className="size-4" aria-hidden="true" />
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
