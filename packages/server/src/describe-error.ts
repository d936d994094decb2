import { KeywayError } from './base/errors.ts'

/** Lines of a stack that are kept: enough to find the place. */
const LINES_MAX = 7

/**
 * An error as the log has it: what kind, and where. Messages only of our own, since others may quote what they choked on;
 * of a stack only its places, since a message of several lines stands in it; and nothing that hangs on the error.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof KeywayError) return { error: error.code, detail: error.message }
  if (!(error instanceof Error)) return { error: 'unknown' }
  const places = (error.stack ?? '').split('\n').filter((line) => /^ {4}at [^'"`]*$/.test(line))
  return { error: error.name.slice(0, 60), stack: places.slice(0, LINES_MAX).join('\n') }
}
