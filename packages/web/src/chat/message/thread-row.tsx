import { lazy, memo, Suspense } from 'react'
import { withTexts } from '../../i18n/i18n.ts'
import type { Row } from '../thread/rows.ts'
import { Answer } from './answer.tsx'
import { ToolMessage } from './tool-message.tsx'
import { UserMessage } from './user-message.tsx'

const Comparison = lazy(() => withTexts(['chat'], import('../compare/comparison.tsx')))

/** One row of a thread. Browsers skip what is far from view. */
export const ThreadRow = memo(
  function ThreadRow({ row, last }: { row: Row; last: boolean }) {
    return (
      <div className={last ? '' : '[contain-intrinsic-size:auto_14rem] [content-visibility:auto]'} data-row={row.on}>
        {/* Focus rings and the gap below belong to the row: what is skipped is cut at its edge. */}
        <div className="px-4 py-2 sm:px-8">
          <Content row={row} last={last} />
        </div>
      </div>
    )
  },
  (before, after) => before.last === after.last && JSON.stringify(before.row) === JSON.stringify(after.row),
)

function Content({ row, last }: { row: Row; last: boolean }) {
  if (row.wordings === undefined && row.role === 'user') {
    return (
      <div className="mx-auto max-w-3xl">
        <UserMessage id={row.on} variants={row.variants} at={row.at} />
      </div>
    )
  }
  if (row.ids.length > 1) {
    return (
      <Suspense fallback={<div className="min-h-40" />}>
        <Comparison row={row} last={last} />
      </Suspense>
    )
  }
  if (row.role === 'tool') {
    return (
      <div className="mx-auto max-w-3xl">
        <ToolMessage id={row.on} variants={row.variants} at={row.at} />
      </div>
    )
  }
  return (
    <div className="mx-auto max-w-3xl">
      <Answer id={row.on} variants={row.variants} at={row.at} last={last} />
    </div>
  )
}
