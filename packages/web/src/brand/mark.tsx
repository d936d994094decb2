/** The front of a lock's plug. Its slot, bent so that only one key passes, is what locksmiths call the keyway. */
export function Mark({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <path fill="var(--brass)" d={PLUG} />
    </svg>
  )
}

/** A disc of radius 15 about (16, 16), open where the slot leaves it at the bottom. public/mark.svg has the same. */
const PLUG = 'M20.7 30.24A15 15 0 1 0 16.4 31V22.9L11.2 19.2V13.1L14.4 9.9V5.4H18.7V11.8L15.5 15V17L20.7 20.7Z'

/** Mark and name, as they stand at the top of everything. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2">
      <Mark className="size-[1.375rem]" />
      <span className="text-lg font-semibold tracking-[-0.03em]">keyway</span>
    </span>
  )
}
