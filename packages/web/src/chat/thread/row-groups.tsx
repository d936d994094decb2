import { memo } from 'react'
import { ThreadRow } from '../message/thread-row.tsx'
import type { Row } from './rows.ts'

/** Rows that stand in one element. React and the browser look at each sibling of what changed: so these are few. */
const TOGETHER = 16

/**
 * The last rows of a thread, in groups: when one row changes, the others of its group are looked at and the groups, not
 * all of the thread. A row stays in its group while the thread grows.
 */
export function RowGroups({ rows, count }: { rows: readonly Row[]; count: number }) {
  const first = rows.length - count
  const groups = []
  for (let begin = first - (first % TOGETHER); begin < rows.length; begin += TOGETHER) {
    groups.push(<Group key={begin} rows={rows} from={Math.max(begin, first)} to={begin + TOGETHER} />)
  }
  return groups
}

const Group = memo(function Group({ rows, from, to }: { rows: readonly Row[]; from: number; to: number }) {
  return (
    <div>
      {rows.slice(from, to).map((row, index) => (
        <ThreadRow key={row.key} row={row} last={from + index === rows.length - 1} />
      ))}
    </div>
  )
})
