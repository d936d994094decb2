import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { classNames } from './class-names.ts'
import { Spinner } from './spinner.tsx'

export type ButtonLook = 'primary' | 'plain' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md' | 'lg'

const SHAPE =
  'inline-flex select-none items-center justify-center whitespace-nowrap font-medium transition-[background-color,border-color,color,translate] duration-100 ease-turn active:translate-y-px disabled:pointer-events-none aria-disabled:pointer-events-none [&_svg]:shrink-0'

const LOOKS: Record<ButtonLook, string> = {
  primary:
    'bg-brass text-brass-ink shadow-[inset_0_1px_0_oklch(1_0_0/0.28),inset_0_-1px_0_oklch(0.4_0.1_70/0.28)] hover:bg-brass-hover active:bg-brass-press disabled:opacity-55',
  plain:
    'border border-line-strong bg-surface text-ink shadow-low hover:bg-[linear-gradient(var(--hover),var(--hover))] disabled:text-ink-3',
  ghost: 'text-ink-2 hover:bg-hover hover:text-ink active:bg-press disabled:opacity-55',
  danger: 'bg-alarm text-on-alarm hover:brightness-105 disabled:opacity-55',
}

// Fingers get 40 px or more, the mouse gets density.
const SIZES: Record<ButtonSize, string> = {
  sm: 'h-7 gap-1.5 rounded-md px-2.5 text-sm pointer-coarse:h-10 [&_svg]:size-3.5',
  md: 'h-8 gap-2 rounded-md px-3 text-sm pointer-coarse:h-11 [&_svg]:size-4',
  lg: 'h-10 gap-2 rounded-lg px-4 text-base pointer-coarse:h-12 [&_svg]:size-4',
}

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'plain', size: ButtonSize = 'md', more = ''): string {
  return classNames(SHAPE, LOOKS[look], SIZES[size], more)
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: ButtonLook
  size?: ButtonSize
  /** Something is under way: it shows, and further presses do nothing. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({
  look = 'plain',
  size = 'md',
  busy,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={buttonClass(look, size, className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      {...rest}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}

/** A square button with a picture; its label is read out and shown on hovering. */
export function IconButton({
  label,
  className,
  children,
  ...rest
}: Omit<ButtonProps, 'look' | 'size'> & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classNames(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-3 transition-colors duration-100 hover:bg-hover hover:text-ink active:bg-press pointer-coarse:size-11 [&_svg]:size-4',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  )
}
