import { type ReactNode, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** A pointer that only passes by opens nothing; on the way from the line to its card it may leave both. Milliseconds. */
const OPEN_MS = 120
const CLOSE_MS = 160
/** Between the card and what it is about, and to the window's edges. Pixels. */
const GAP_PX = 6
const EDGE_PX = 8

/**
 * More about something, as long as a mouse points at it or at the card, or the keyboard has come to it. It repeats what is
 * there for everybody in another way: fingers and screen readers never meet it. Escape and scrolling close it.
 */
export function HoverCard({ anchor, children }: { anchor: RefObject<HTMLElement | null>; children: ReactNode }) {
  const [shown, setShown] = useState(false)
  const timer = useRef(0)
  const later = useCallback((show: boolean) => {
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setShown(show), show ? OPEN_MS : CLOSE_MS)
  }, [])
  useEffect(() => {
    const element = anchor.current
    if (element === null) return
    const ended = new AbortController()
    const on = { signal: ended.signal }
    element.addEventListener('pointerenter', ({ pointerType }) => pointerType !== 'touch' && later(true), on)
    element.addEventListener('pointerleave', () => later(false), on)
    element.addEventListener('focus', () => element.matches(':focus-visible') && later(true), on)
    element.addEventListener('blur', () => later(false), on)
    return () => {
      ended.abort()
      clearTimeout(timer.current)
    }
  }, [anchor, later])
  return (
    shown && (
      <Card
        anchor={anchor}
        onEnter={() => clearTimeout(timer.current)}
        onLeave={() => later(false)}
        onClose={() => setShown(false)}
      >
        {children}
      </Card>
    )
  )
}

function Card({
  anchor,
  onEnter,
  onLeave,
  onClose,
  children,
}: {
  anchor: RefObject<HTMLElement | null>
  onEnter: () => void
  onLeave: () => void
  onClose: () => void
  children: ReactNode
}) {
  const card = useRef<HTMLDivElement>(null)
  // In the browser's top layer nothing cuts it off, and it stands where the line is: above it, if there is room.
  useLayoutEffect(() => {
    const [about, element] = [anchor.current, card.current]
    if (about === null || element === null) return
    element.showPopover()
    const line = about.getBoundingClientRect()
    const { width, height } = element.getBoundingClientRect()
    const above = line.top - height - GAP_PX
    element.style.top = `${above >= EDGE_PX ? above : line.bottom + GAP_PX}px`
    element.style.left = `${Math.max(EDGE_PX, Math.min(line.left, window.innerWidth - width - EDGE_PX))}px`
  }, [anchor])
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const ended = new AbortController()
    const on = { signal: ended.signal, capture: true }
    document.addEventListener('keydown', ({ key }) => key === 'Escape' && close.current(), on)
    document.addEventListener('scroll', () => close.current(), on)
    window.addEventListener('resize', () => close.current(), on)
    return () => ended.abort()
  }, [])
  return (
    <div
      ref={card}
      popover="manual"
      aria-hidden="true"
      data-hover-card
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      className="inset-auto m-0 max-w-[min(26rem,calc(100vw-1rem))] rounded-lg border border-line bg-raised p-0 text-xs text-ink-3 shadow-high"
    >
      {children}
    </div>
  )
}
