import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { classNames } from './class-names.ts'
import { HOLDS_ACTIONS } from './holds-actions.ts'
import { useFocusBefore } from './use-focus-before.ts'

type DialogProps = {
  title: ReactNode
  /** What the dialog is about, read out with the title. */
  about?: ReactNode
  onClose: () => void
  /** What one gave must not be lost by a press outside: only the buttons and Escape close it. */
  firm?: boolean
  wide?: boolean
  children: ReactNode
}

/**
 * A window over the page. On phones it comes from the bottom, within reach of the thumb. It is open while rendered. The focus
 * goes to what says `data-first`, else to what comes first.
 */
export function Dialog({ title, about, onClose, firm, wide, children }: DialogProps) {
  const { t } = useTranslation()
  const focusBefore = useFocusBefore()
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open disablePointerDismissal={firm ?? false} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-starting-style:opacity-0" />
        <Base.Popup
          ref={popup}
          initialFocus={() => popup.current?.querySelector<HTMLElement>('[data-first]') ?? true}
          finalFocus={focusBefore}
          className={classNames(
            'fixed z-50 flex max-h-[calc(100dvh-2rem)] w-full flex-col overflow-hidden border border-line bg-raised shadow-high outline-none transition-[opacity,translate] duration-200 ease-turn data-starting-style:translate-y-3 data-starting-style:opacity-0',
            'max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-xl max-sm:pb-[env(safe-area-inset-bottom)]',
            'sm:inset-x-0 sm:top-[max(1rem,14dvh)] sm:mx-auto sm:max-h-[min(46rem,calc(100dvh-max(2rem,20dvh)))] sm:rounded-xl',
            wide ? 'sm:max-w-2xl' : 'sm:max-w-[29rem]',
          )}
        >
          <header className="grid gap-1 pt-4.5 pr-14 pb-1 pl-5">
            <Base.Title className="text-lg font-semibold tracking-[-0.012em]">{title}</Base.Title>
            {about !== undefined && <Base.Description className="text-sm text-ink-2">{about}</Base.Description>}
          </header>
          <div className={classNames('min-h-0 overflow-y-auto px-5 pt-3 pb-5', HOLDS_ACTIONS)}>{children}</div>
          {/* Last in order, so that the focus goes to what the dialog is for. */}
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

/** The row of buttons that ends a dialog. Where that is higher than the screen, the rest scrolls away below them. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div
      data-actions=""
      className="sticky -bottom-5 z-10 -mx-5 mt-3 -mb-5 flex flex-wrap-reverse justify-end gap-2 bg-raised px-5 pt-3 pb-5 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-4 before:bg-linear-to-t before:from-raised before:to-transparent max-sm:[&>*]:flex-1"
    >
      {children}
    </div>
  )
}
