import type { Conversation } from '@keyway/contract'
import { expect, test } from 'vitest'
import { type ShelfRow, shelfRows } from './shelf-rows.ts'

/** Local time: the reader's calendar decides. */
const NOW = new Date(2026, 10, 21, 9, 30)

function used(id: string, at: Date, more: Partial<Conversation> = {}): Conversation {
  return {
    id,
    title: id,
    pinned: false,
    archived: false,
    temporary: false,
    folder_id: null,
    settings: { models: [], system_prompt: '', parameters: {} },
    active_leaf_id: null,
    streaming: false,
    cost_usd: '0',
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
    revision: 1,
    ...more,
  }
}

const told = (rows: ShelfRow[]) =>
  rows.map((row) => {
    if (row.kind === 'conversation') return row.key
    return typeof row.title === 'string' ? `# ${row.title}` : `# ${row.title.month.getMonth() + 1}`
  })

test('no conversations have no headings', () => {
  expect(shelfRows([], NOW)).toEqual([])
})

test('conversations stand under pinned, today, yesterday, the last week and months, the latest first', () => {
  const rows = shelfRows(
    [
      used('september', new Date(2026, 8, 2)),
      used('last-minute-of-yesterday', new Date(2026, 10, 20, 23, 59)),
      used('first-minute-of-today', new Date(2026, 10, 21, 0, 0)),
      used('now', NOW),
      used('seven-days', new Date(2026, 10, 14, 0, 0)),
      used('eight-days', new Date(2026, 10, 13, 23, 59)),
      used('pinned-long-ago', new Date(2025, 0, 1), { pinned: true }),
    ],
    NOW,
  )
  expect(told(rows)).toEqual([
    '# pinned',
    'pinned-long-ago',
    '# today',
    'now',
    'first-minute-of-today',
    '# yesterday',
    'last-minute-of-yesterday',
    '# week',
    'seven-days',
    '# 11',
    'eight-days',
    '# 9',
    'september',
  ])
})

test('the same month of another year is another heading', () => {
  const rows = shelfRows([used('b', new Date(2025, 4, 2)), used('a', new Date(2024, 4, 2))], NOW)
  expect(told(rows)).toEqual(['# 5', 'b', '# 5', 'a'])
  expect(new Set(rows.map(({ key }) => key)).size).toBe(4)
})
