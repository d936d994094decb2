import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Nearer to the end than this is at the end. Pixels. */
const NEAR_PX = 40
/** A step up that is no rounding. Pixels. */
const UP_PX = 2

/** Where the text's end stands at the bottom of the view. What comes below the text is no part of it. */
function endOf(box: HTMLElement, inside: HTMLElement): number {
  return inside.offsetHeight - box.clientHeight
}

/**
 * Keeps the end of a growing text in view, until the reader goes up; going back to the end holds on to it again.
 * @returns whether the reader is away from the end, and the way back
 */
export function useStick(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const held = useRef(true)
  const [away, setAway] = useState(false)
  const hold = useCallback((holds: boolean) => {
    held.current = holds
    setAway(!holds)
  }, [])
  const toEnd = useCallback(() => {
    hold(true)
    const [box, inside] = [scroller.current, content.current]
    if (box !== null && inside !== null) box.scrollTop = endOf(box, inside)
  }, [scroller, content, hold])
  useEffect(() => {
    const box = scroller.current
    const inside = content.current
    if (box === null || inside === null) return
    let before = box.scrollTop
    const onScroll = () => {
      const up = box.scrollTop < before - UP_PX
      const left = endOf(box, inside) - box.scrollTop
      before = box.scrollTop
      if (left < NEAR_PX) hold(true)
      // Content that shrank moves the view up too, but leaves it at the end.
      else if (up) hold(false)
    }
    // Before the browser has scrolled, so that text that comes in between does not pull the reader back.
    const onWheel = ({ deltaY }: WheelEvent) => {
      if (deltaY < 0 && box.scrollHeight > box.clientHeight) hold(false)
    }
    const sizes = new ResizeObserver(() => {
      if (held.current) box.scrollTop = endOf(box, inside)
    })
    sizes.observe(inside)
    sizes.observe(box)
    box.addEventListener('scroll', onScroll, { passive: true })
    box.addEventListener('wheel', onWheel, { passive: true })
    box.scrollTop = endOf(box, inside)
    return () => {
      sizes.disconnect()
      box.removeEventListener('scroll', onScroll)
      box.removeEventListener('wheel', onWheel)
    }
  }, [scroller, content, hold])
  return { away, toEnd, hold }
}
