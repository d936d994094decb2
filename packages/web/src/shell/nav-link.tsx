import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** How a line of the sidebar looks, whether it leads somewhere or does something. */
export const NAV_LINE =
  'group flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-sm font-medium text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:h-11 aria-[current=page]:bg-press aria-[current=page]:text-ink [&_svg]:size-4 [&_svg]:shrink-0 aria-[current=page]:[&_svg]:text-brass-text'

/** A place of the app, in the sidebar. */
export function NavLink({
  to,
  icon,
  exact,
  children,
}: {
  to: LinkProps['to']
  icon: ReactNode
  exact?: boolean
  children: ReactNode
}) {
  return (
    <Link
      {...(to === undefined ? {} : { to })}
      activeOptions={{ exact: exact ?? false, includeSearch: false }}
      className={NAV_LINE}
    >
      <span aria-hidden="true">{icon}</span>
      {children}
    </Link>
  )
}
