import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { classNames } from './class-names.ts'

const BOX =
  'w-full rounded-md border border-line-strong bg-surface text-ink shadow-low transition-[border-color,box-shadow] duration-100 placeholder:text-ink-3 hover:border-ink-3 focus-visible:border-focus focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-[color-mix(in_oklch,var(--focus)_40%,transparent)] disabled:bg-sunken disabled:text-ink-3 read-only:not-[select]:bg-sunken read-only:not-[select]:text-ink-2 aria-invalid:border-alarm'
const LINE = 'h-9 px-3 text-base pointer-coarse:h-11'

type Around = {
  label: string
  /** One sentence below. */
  hint?: ReactNode
  /** What is wrong with what was typed; takes the hint's place and is read out. */
  error?: string | undefined
  optional?: string
}

function Frame({ id, label, hint, error, optional, children }: Around & { id: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="flex items-baseline justify-between text-sm font-medium text-ink">
        {label}
        {optional !== undefined && <span className="font-normal text-ink-3 text-xs">{optional}</span>}
      </label>
      {children}
      {(error ?? hint) !== undefined && (
        <p
          id={`${id}-note`}
          className={classNames('text-xs', error === undefined ? 'text-ink-3' : 'text-alarm')}
          role={error === undefined ? undefined : 'alert'}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

type InputProps = Around & InputHTMLAttributes<HTMLInputElement> & { mono?: boolean; ref?: Ref<HTMLInputElement> }

export function TextField({ label, hint, error, optional, mono, className, ...rest }: InputProps) {
  const id = useId()
  return (
    <Frame id={id} label={label} hint={hint} error={error} {...(optional === undefined ? {} : { optional })}>
      <input
        id={id}
        className={classNames(BOX, LINE, mono && 'font-mono text-sm', className)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={(error ?? hint) === undefined ? undefined : `${id}-note`}
        {...rest}
      />
    </Frame>
  )
}

type AreaProps = Around & TextareaHTMLAttributes<HTMLTextAreaElement> & { mono?: boolean }

export function AreaField({ label, hint, error, optional, mono, className, ...rest }: AreaProps) {
  const id = useId()
  return (
    <Frame id={id} label={label} hint={hint} error={error} {...(optional === undefined ? {} : { optional })}>
      <textarea
        id={id}
        className={classNames(BOX, 'min-h-24 resize-y px-3 py-2 text-base', mono && 'font-mono text-sm', className)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={(error ?? hint) === undefined ? undefined : `${id}-note`}
        {...rest}
      />
    </Frame>
  )
}

export function SelectField({
  label,
  hint,
  error,
  optional,
  className,
  children,
  ...rest
}: Around & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId()
  return (
    <Frame id={id} label={label} hint={hint} error={error} {...(optional === undefined ? {} : { optional })}>
      <span className="relative block">
        <select
          id={id}
          className={classNames(BOX, LINE, 'appearance-none pr-8', className)}
          aria-describedby={(error ?? hint) === undefined ? undefined : `${id}-note`}
          {...rest}
        >
          {children}
        </select>
        <svg
          viewBox="0 0 16 16"
          className="pointer-events-none absolute top-1/2 right-3 size-3.5 -translate-y-1/2 text-ink-3"
          aria-hidden="true"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
        >
          <path d="m4 6.2 4 4 4-4" />
        </svg>
      </span>
    </Frame>
  )
}

/** A choice that is on or off. */
export function SwitchField({
  label,
  hint,
  ...rest
}: { label: string; hint?: ReactNode } & Omit<InputHTMLAttributes<HTMLInputElement>, 'type'>) {
  const id = useId()
  return (
    <div className="flex items-start gap-3">
      <input
        id={id}
        type="checkbox"
        className="relative mt-0.5 h-5 w-9 shrink-0 cursor-pointer appearance-none rounded-full border border-line-strong bg-sunken transition-colors duration-150 before:absolute before:top-0.5 before:left-0.5 before:size-3.5 before:rounded-full before:bg-ink-3 before:transition-transform before:duration-150 before:ease-turn checked:border-brass checked:bg-brass checked:before:translate-x-4 checked:before:bg-brass-ink"
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        {...rest}
      />
      <div className="grid gap-0.5">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-note`} className="text-xs text-ink-3">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
