import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { withTexts } from '../i18n/i18n.ts'
import { type Opened, onOpen, open } from './open-palette.ts'

const Palette = lazy(() => withTexts(['palette'], import('./palette.tsx')))
const ShortcutSheet = lazy(() => withTexts(['palette'], import('./shortcut-sheet.tsx')))

/** Waits for the keys that work everywhere, and loads what they open. */
export function PaletteHost() {
  const [opened, setOpened] = useState<Opened>()
  const navigate = useNavigate()
  useEffect(() => onOpen(setOpened), [])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return
      const act = actOf(event)
      // A dialog that is open has what was typed into it.
      if (act === undefined || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return
      event.preventDefault()
      if (act === 'new') void navigate({ to: '/' })
      else open(act)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [navigate])
  const close = () => setOpened(undefined)
  return (
    <Suspense>
      {opened === 'palette' && <Palette onClose={close} />}
      {opened === 'shortcuts' && <ShortcutSheet onClose={close} />}
    </Suspense>
  )
}

function actOf(event: KeyboardEvent): Opened | 'new' | undefined {
  const mod = event.ctrlKey || event.metaKey
  const key = event.key.toLowerCase()
  if (mod && !event.shiftKey && !event.altKey && key === 'k') return 'palette'
  if (mod && event.shiftKey && key === 'o') return 'new'
  if (mod && key === '/') return 'shortcuts'
  return event.key === '?' && !mod && !isWriting(event.target) ? 'shortcuts' : undefined
}

/** Is the key a part of what somebody writes? */
function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
