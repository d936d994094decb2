import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { listAudit, verifyAudit } from './audit.ts'
import { openTestHouse } from './test-house.ts'

const ROWS = 7
let opened: Awaited<ReturnType<typeof openTestHouse>>

beforeEach(async () => {
  opened = await openTestHouse()
  const { store, actor, clock } = opened.house
  const written = (await store.listAudit(actor.workspaceId, 100)).length
  for (let row = written; row < ROWS; row++) {
    await store.appendAudit(actor, 'vault.rotate', 'kek', { version: row }, clock.now())
  }
})
afterEach(() => opened.close())

const verify = (args: object = {}) => verifyAudit.handle(opened.house, args)

/** What somebody does who has the database file, and takes off what refuses changes first. */
function tamper(sql: string): void {
  const database = new DatabaseSync(join(opened.home, 'keyway.db'))
  database.exec(`DROP TRIGGER audit_refuses_update; DROP TRIGGER audit_refuses_delete; ${sql}`)
  database.close()
}

test('what is no head is refused', async () => {
  for (const head of ['', '7', `7:${'A'.repeat(64)}`, `-1:${'0'.repeat(64)}`, `7:${'0'.repeat(65)}`]) {
    await expect(verify({ head })).rejects.toThrow(UsageError)
  }
})

test.each([
  ['a changed row', `UPDATE audit SET details = '{"version":99}' WHERE seq = 4`, 4],
  ['a removed row', 'DELETE FROM audit WHERE seq = 4', 4],
  [
    'two rows that changed places',
    'UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5',
    4,
  ],
  [
    'a row put before the first',
    "INSERT INTO audit SELECT 0, at, 'x', workspace_id, action, object, outcome, details, prev, hash FROM audit WHERE seq = 1",
    1,
  ],
])('%s is named', async (_, sql, brokenAt) => {
  tamper(sql)
  expect(await verify()).toMatchObject({ broken_at: brokenAt, rows: brokenAt - 1 })
})

test('rows cut off at the end are seen by the head that was noted, and by nothing else', async () => {
  const { head } = await verify()
  expect(await verify({ head })).toMatchObject({ broken_at: null, noted: 'kept', rows: ROWS })
  tamper(`DELETE FROM audit WHERE seq >= ${ROWS - 1}`)
  expect(await verify()).toMatchObject({ broken_at: null, noted: null, rows: ROWS - 2 })
  expect(await verify({ head })).toMatchObject({ broken_at: null, noted: 'lost', rows: ROWS - 2 })
})

test('a head stays in the log while the log grows, and is in no other log', async () => {
  const { head } = await verify()
  const { store, actor, clock } = opened.house
  await store.appendAudit(actor, 'vault.rotate', 'kek', {}, clock.now())
  expect(await verify({ head })).toMatchObject({ noted: 'kept', rows: ROWS + 1 })
  expect(await verify({ head: `${ROWS}:${'a'.repeat(64)}` })).toMatchObject({ noted: 'lost', broken_at: null })
})

test('the rows are listed, newest first, so many as were asked for', async () => {
  const rows = await listAudit.handle(opened.house, { limit: 2 })
  expect(rows.map(({ seq, action }) => [seq, action])).toEqual([
    [ROWS, 'vault.rotate'],
    [ROWS - 1, 'vault.rotate'],
  ])
  await expect(listAudit.handle(opened.house, { limit: 1_001 })).rejects.toThrow(UsageError)
})
