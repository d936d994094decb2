import { ERRORS, type ErrorCode, KeywayError } from '../../base/errors.ts'
import type { ActName } from '../acts/all.ts'
import type { SqlValue } from '../ledger-rows.ts'
import type { Change } from '../store.ts'
import type { BatchErrors } from './ledger-writer.ts'

/** What the writer's thread is started with. */
export type WriterOptions = { home: string; now: number }

/** To the writer. They are answered one by one, in the order in which they were sent. */
export type Request =
  | { kind: 'batch'; values: SqlValue[] }
  | { kind: 'act'; name: ActName; rest: readonly unknown[]; now: number }
  | { kind: 'backup'; path: string }
  | { kind: 'close'; now: number }

/** An error as it crosses threads: an Error of another thread loses its class. */
export type Failure = { name: string; message: string; code?: ErrorCode; fix?: string }

/** From the writer. The first says that the database is open. */
export type Answer =
  | { kind: 'written'; errors: BatchErrors | undefined }
  | { kind: 'done'; value: unknown; changes: Change[] }
  | { kind: 'failed'; failure: Failure }

export function toFailure(error: unknown): Failure {
  if (error instanceof KeywayError) {
    return { name: error.name, message: error.message, code: error.code, fix: error.fix }
  }
  if (error instanceof Error) return { name: error.name, message: error.message }
  return { name: 'Error', message: String(error) }
}

export function fromFailure({ name, message, code, fix }: Failure): Error {
  if (code !== undefined && code in ERRORS) return new KeywayError(code, message, fix === undefined ? {} : { fix })
  const error = new Error(message)
  error.name = name
  return error
}
