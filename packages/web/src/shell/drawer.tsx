import { X } from 'lucide-react'
import { type MouseEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { onOpen } from '../palette/open-palette.ts'
import { IconButton } from '../ui/button.tsx'
import { Sidebar } from './sidebar.tsx'

/**
 * The sidebar on narrow screens. It is open while rendered, and whoever opens it makes the rest inert: the browser's own
 * modal dialog would also cover the menus, dialogs and toasts that come out of the sidebar.
 */
export function Drawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const drawer = useRef<HTMLDialogElement>(null)
  const cameFrom = useRef(document.activeElement)
  useEffect(() => {
    const before = cameFrom.current
    drawer.current?.show()
    return () => {
      if (before instanceof HTMLElement) requestAnimationFrame(() => before.focus())
    }
  }, [])
  useEffect(() => onOpen(onClose), [onClose])
  useEffect(() => {
    const wide = matchMedia('(min-width: 64rem)')
    wide.addEventListener('change', onClose)
    return () => wide.removeEventListener('change', onClose)
  }, [onClose])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // What is open above it is closed first.
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role="dialog"], [role="menu"]'))
        return
      onClose()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [onClose])
  const closeAfterLink = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a') !== null) onClose()
  }
  return (
    <div className="lg:hidden">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for pointers; Escape and the button close it too */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div className="fixed inset-0 z-35 bg-scrim" onClick={onClose} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click */}
      <dialog
        ref={drawer}
        aria-modal="true"
        aria-label={t('nav.label')}
        onClick={closeAfterLink}
        className="fixed inset-y-0 left-0 z-40 m-0 h-dvh max-h-none w-72 max-w-[85vw] animate-rise border-r border-line bg-sunken p-0 text-ink"
      >
        <Sidebar />
        <IconButton label={t('common.close')} className="absolute top-2.5 right-2.5" onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </dialog>
    </div>
  )
}
