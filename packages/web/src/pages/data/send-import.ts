import type { Imported } from '@keyway/contract'
import { AppError, readFailure } from '../../api/app-error.ts'

/** As the server has it. Bytes. */
export const IMPORT_BYTES_MAX = 64 * 1024 * 1024
/** The largest file over a slow line, and its thousands of conversations being stored. Milliseconds. */
const ANSWER_MS = 600_000
/** White space before the first character that counts is skipped, up to here. Bytes. */
const PEEK_BYTES = 1024

/** A file that cannot be what is brought in. */
export class NoImport extends Error {
  readonly reason: 'too_large' | 'not_json'
  constructor(reason: 'too_large' | 'not_json') {
    super(reason)
    this.name = 'NoImport'
    this.reason = reason
  }
}

/**
 * Sends a chosen file as it is: it may be too large to be read here as well.
 * @throws NoImport where it is plainly not one, AppError with the server's words
 */
export async function sendImport(file: Blob): Promise<Imported> {
  await checkImport(file)
  let response: Response
  try {
    response = await fetch('/api/app/import', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: file,
      signal: AbortSignal.timeout(ANSWER_MS),
    })
  } catch (cause) {
    throw new AppError('offline', 'offline', { cause })
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw readFailure(response.status, body)
  return body as Imported
}

/** @throws NoImport */
export async function checkImport(file: Blob): Promise<void> {
  if (file.size > IMPORT_BYTES_MAX) throw new NoImport('too_large')
  const beginning = (await file.slice(0, PEEK_BYTES).text()).trimStart()
  if (!beginning.startsWith('{') && !beginning.startsWith('[')) throw new NoImport('not_json')
}
