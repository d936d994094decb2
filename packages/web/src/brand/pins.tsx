/** How far a pin stack hangs below the shear line while nothing lifts it, in units of the drawing. */
const SLACK = [10, 16, 7, 13] as const
const LOWER = [15, 9, 18, 12] as const
/** Where the plug ends and the shell begins: pins that break here let the lock turn. */
const SHEAR = 34

/**
 * Four pins of a lock. A pin that is set breaks at the shear line; when all four are, the lock is open. It pictures the
 * four steps of connecting, so the step's text must stand beside it.
 */
export function Pins({ set, className = 'h-24' }: { set: number; className?: string }) {
  return (
    <svg viewBox="0 0 132 76" className={className} aria-hidden="true" focusable="false" fill="none">
      <path d={`M2 ${SHEAR}H130`} stroke={set >= SLACK.length ? 'var(--brass)' : 'var(--line-strong)'} strokeDasharray={set >= SLACK.length ? undefined : '2 4'} strokeWidth="1.5" />
      {SLACK.map((slack, i) => (
        <Pin key={slack} x={14 + i * 29} drop={i < set ? 0 : slack} lower={LOWER[i] ?? 0} />
      ))}
    </svg>
  )
}

/** One stack: spring, driver above, key pin below. */
function Pin({ x, drop, lower }: { x: number; drop: number; lower: number }) {
  const isSet = drop === 0
  const ink = isSet ? 'var(--brass)' : 'var(--line-strong)'
  return (
    <g>
      <path d={`M${x - 4} 2h25M${x - 4} 2V66a8 8 0 0 0 8 8h9a8 8 0 0 0 8-8V2`} stroke="var(--line)" strokeWidth="1.5" />
      <g className="transition-transform duration-500 ease-turn" transform={`translate(0 ${drop})`}>
        <path
          d={`M${x + 1} 4l15 ${3}l-15 3l15 3l-15 3`}
          stroke={ink}
          strokeWidth="1.5"
          strokeLinejoin="round"
          opacity="0.7"
        />
        <rect x={x} y={SHEAR - 17} width="17" height="15.5" rx="2.5" fill="var(--surface)" stroke={ink} strokeWidth="1.5" />
        <rect
          x={x}
          y={SHEAR + 1.5}
          width="17"
          height={lower + 6}
          rx="2.5"
          fill={isSet ? 'var(--brass)' : 'var(--surface)'}
          stroke={ink}
          strokeWidth="1.5"
        />
      </g>
    </g>
  )
}
