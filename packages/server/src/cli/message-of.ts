/** What to do about failures that the operating system names. */
const FIXES: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'Stop what uses the port, or choose another: --port 0 picks a free one.'],
  ['EADDRNOTAVAIL', 'This machine has no such address: correct --host.'],
  ['EACCES', 'This user may not do that: choose another --port or --home, or give it the right.'],
  ['EROFS', 'The folder cannot be written: choose another --home.'],
  ['ENOSPC', 'The disk is full: make room.'],
])

/**
 * What a person is told of an error, and what they can do. Errors of ours carry a fix; others are told in their own words,
 * which come from the operating system or a library and hold no secret of ours.
 */
export function messageOf(error: unknown): { detail: string; fix: string | null } {
  if (!(error instanceof Error)) return { detail: 'failed', fix: null }
  if ('fix' in error && typeof error.fix === 'string') return { detail: error.message, fix: error.fix }
  const code = 'code' in error ? String(error.code) : ''
  return { detail: error.message, fix: FIXES.get(code) ?? null }
}

/** The operating system's name of a failure ('ENOENT'). */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
