import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** A menu that opens from its trigger. */
export function Menu({
  trigger,
  side = 'bottom',
  children,
}: {
  trigger: ReactElement
  side?: 'bottom' | 'top'
  children: ReactNode
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align="end" sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="min-w-48 rounded-lg border border-line bg-raised p-1 shadow-high outline-none transition-[opacity,scale] duration-100 ease-turn data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({
  onSelect,
  render,
  danger,
  children,
}: {
  onSelect?: () => void
  /** Another element in its place: a link. */
  render?: ReactElement
  danger?: boolean
  children: ReactNode
}) {
  return (
    <Base.Item
      {...(onSelect === undefined ? {} : { onClick: onSelect })}
      {...(render === undefined ? {} : { render })}
      className={classNames(
        'flex h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-hover pointer-coarse:h-11 [&_svg]:size-4 [&_svg]:text-ink-3',
        danger === true && 'text-alarm [&_svg]:text-alarm',
      )}
    >
      {children}
    </Base.Item>
  )
}

export function MenuLine() {
  return <Base.Separator className="my-1 h-px bg-line" />
}
