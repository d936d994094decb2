/** Cuts along a key's blade. */
const CUTS = 6
/** Depths that a cut can have, as on a real key. */
const DEPTHS = 5

/**
 * The profile that a key would have if it were made of brass: its cuts come from its public hash, so the same key always
 * looks the same and two keys hardly ever do. For the eye only; the name stands beside it.
 */
export function Bitting({ hash, dim, className = 'h-6' }: { hash: string; dim?: boolean; className?: string }) {
  const ink = dim ? 'var(--line-strong)' : 'var(--brass)'
  let blade = 'M21 8.5'
  for (let i = 0; i < CUTS; i++) {
    const depth = (Number.parseInt(hash.slice(i * 2, i * 2 + 2), 16) || 0) % DEPTHS
    const x = 23 + i * 5.6
    blade += `L${x} ${8.5 + depth * 1.35}h2.6`
  }
  return (
    <svg viewBox="0 0 64 24" className={`w-auto shrink-0 ${className}`} aria-hidden="true" focusable="false">
      <path
        fill={ink}
        fillRule="evenodd"
        d={`M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20zM8 9.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6z`}
      />
      <path fill={ink} d={`${blade}L59 8.5l4 4.2l-4 4.3H20z`} />
    </svg>
  )
}
