import { AppError } from '../api/app-error.ts'
import { Notice } from '../ui/notice.tsx'

/** What went wrong, in the server's words, and what to do about it. */
export function Problem({ error }: { error: unknown }) {
  if (error === undefined) return null
  if (!(error instanceof AppError)) return <Notice tone="alarm">{String(error)}</Notice>
  return (
    <Notice tone="alarm" title={error.message}>
      {error.fix}
    </Notice>
  )
}
