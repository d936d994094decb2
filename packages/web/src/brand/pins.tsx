import { classNames } from '../ui/class-names.ts'

// A pin tumbler lock, cut open. Each stack is a spring, a driver and a key pin; the key's blade lifts the key pins. The
// lock turns when every stack breaks at the shear line. All lengths are in units of the drawing.
const SHEAR = 44
const REST = 76
const DRIVER = 22
const BLADE_BACK = 86
const BLADE_PEAK = 55
const FIRST = 26
const APART = 34
const WIDTH = 16
/** Lengths of the key pins, and so the depths of the key's cuts. */
const KEY_PINS = [20, 26, 16, 24] as const

/**
 * A lock with so many of its four pins set. It pictures the four steps of connecting, whose words must stand beside it.
 */
export function Pins({ set, className = 'h-24' }: { set: number; className?: string }) {
  const open = set >= KEY_PINS.length
  return (
    <svg
      viewBox="0 0 160 96"
      className={classNames('shrink-0', className)}
      aria-hidden="true"
      focusable="false"
      fill="none"
    >
      <rect x="0.75" y="0.75" width="158.5" height="94.5" rx="13" fill="var(--surface)" />
      <path d={`M1 ${SHEAR}h158v38a13 13 0 0 1-13 13h-132a13 13 0 0 1-13-13z`} fill="var(--sunken)" />
      {set > 0 && <path d={bladePath(set)} fill="var(--brass)" className="animate-rise" />}
      {KEY_PINS.map((length, i) => (
        <Stack key={length} x={FIRST + i * APART - WIDTH / 2} length={length} lifted={i < set} />
      ))}
      <rect x="0.75" y="0.75" width="158.5" height="94.5" rx="13" stroke="var(--line-strong)" strokeWidth="1.5" />
      <path
        d={`M1 ${SHEAR}H159`}
        stroke={open ? 'var(--brass)' : 'var(--ink-3)'}
        strokeWidth="1.5"
        strokeDasharray={open ? undefined : '1.5 4'}
        strokeLinecap="round"
      />
    </svg>
  )
}

function Stack({ x, length, lifted }: { x: number; length: number; lifted: boolean }) {
  const drop = lifted ? 0 : REST - SHEAR - length
  const stroke = lifted ? 'var(--brass)' : 'var(--ink-3)'
  const spring = SHEAR - DRIVER - 7 + drop
  return (
    <g stroke={stroke} strokeWidth="1.5" strokeLinejoin="round">
      <path
        d={`M${x + 3} 7${[1, 2, 3, 4].map((turn) => `L${x + (turn % 2 === 0 ? 3 : WIDTH - 3)} ${7 + (spring * turn) / 4}`).join('')}`}
        opacity="0.55"
      />
      <g className="transition-transform duration-500 ease-turn" style={{ transform: `translateY(${drop}px)` }}>
        <rect x={x} y={SHEAR - DRIVER} width={WIDTH} height={DRIVER - 1.25} rx="2.5" fill="var(--raised)" />
        <path
          d={`M${x} ${SHEAR + 3.5}a2.5 2.5 0 0 1 2.5-2.25h${WIDTH - 5}a2.5 2.5 0 0 1 2.5 2.25v${length - 9}l${-WIDTH / 2} 5l${-WIDTH / 2}-5z`}
          fill="var(--raised)"
        />
      </g>
    </g>
  )
}

/** The blade as far as it is in: a V under each pin, as deep as the pin is long, and a hair's breadth wider. */
function bladePath(set: number): string {
  let edge = `M1 ${BLADE_PEAK}`
  for (const [i, length] of KEY_PINS.slice(0, set).entries()) {
    const middle = FIRST + i * APART
    const tip = SHEAR + length
    edge += `L${middle - 12} ${BLADE_PEAK}L${middle - 10} ${tip - 4}L${middle} ${tip + 3}L${middle + 10} ${tip - 4}L${middle + 12} ${BLADE_PEAK}`
  }
  const tip = FIRST + (set - 1) * APART + 18
  return `${edge}L${tip - 4} ${BLADE_PEAK}L${tip + 4} ${BLADE_PEAK + 15}L${tip - 10} ${BLADE_BACK}H1z`
}
