import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditHash } from '../../store/audit-chain.ts'
import { openKeyRing } from '../../vault/key-check.ts'
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

test('rows cut off at the end are seen by the seal, and by the head that was noted', async () => {
  const { head } = await verify()
  const whole = { broken_at: null, seal: 'fits', sealed_since: 0, unsealed_at: null }
  expect(await verify({ head })).toEqual({ ...whole, noted: 'kept', rows: ROWS, head })
  tamper(`DELETE FROM audit WHERE seq >= ${ROWS - 1}`)
  expect(await verify()).toMatchObject({ broken_at: null, seal: 'cut', noted: null, rows: ROWS - 2 })
  expect(await verify({ head })).toMatchObject({ seal: 'cut', noted: 'lost', rows: ROWS - 2 })
})

/** A row as somebody writes it who knows how the chain is made, after the row before. */
function forge(database: DatabaseSync, seq: number, details: string): void {
  const { hash: prev = '' } = database.prepare('SELECT hash FROM audit WHERE seq = ?').get(seq - 1) ?? {}
  const {
    actor,
    actor: { workspaceId: workspace },
  } = opened.house
  const row = {
    seq,
    at: 1,
    actor: actor.id,
    workspace,
    action: 'key.create',
    object: 'k',
    outcome: 'done',
    details,
    prev: String(prev),
  }
  database
    .prepare('INSERT OR REPLACE INTO audit VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(seq, row.actor, workspace, row.action, row.object, row.outcome, details, row.prev, auditHash(row))
}

function tamperWith(act: (database: DatabaseSync) => void): void {
  tamper('')
  const database = new DatabaseSync(join(opened.home, 'keyway.db'))
  act(database)
  database.close()
}

test.each([
  ['a whole chain written anew', 'rewritten', (on: DatabaseSync) => forge(on, ROWS, '{"version":99}')],
  ['a row put in behind the last', 'added', (on: DatabaseSync) => forge(on, ROWS + 1, '{}')],
  ['a seal moved along', 'forged', (on: DatabaseSync) => on.exec(`UPDATE audit_seal SET seq = ${ROWS - 1}`)],
  ['a seal taken away', 'missing', (on: DatabaseSync) => on.exec('DELETE FROM audit_seal')],
])('%s is seen without the root key, and not made good by what comes after nor by a restart', async (_, seal, act) => {
  tamperWith(act)
  expect(await verify()).toMatchObject({ broken_at: null, seal })
  const { store, actor, clock, config } = opened.house
  if (seal === 'missing') {
    // A start would make one where there never was any; this log is known to have had one.
    await openKeyRing({ store, rootKeyFile: config.root_key_file })
    expect(await verify()).toMatchObject({ seal: 'fits', unsealed_at: ROWS })
  }
  await store.appendAudit(actor, 'vault.rotate', 'kek', {}, clock.now())
  expect(await verify()).toMatchObject({ broken_at: null, seal: 'fits', unsealed_at: expect.any(Number) })
  await store.appendAudit(actor, 'vault.rotate', 'kek', {}, clock.now())
  expect((await verify()).unsealed_at).not.toBeNull()
})

test('a log from before there were seals is sealed at the next start, and says since which row', async () => {
  const { store, config } = opened.house
  tamperWith((on) => on.exec("DELETE FROM audit_seal; DELETE FROM setting WHERE name = 'vault.keys'"))
  await openKeyRing({ store, rootKeyFile: config.root_key_file })
  expect(await verify()).toMatchObject({ broken_at: null, seal: 'fits', sealed_since: ROWS, unsealed_at: null })
})

test('the seal goes on under another root key', async () => {
  const { vault, config, actor } = opened.house
  await vault.rotate(config.root_key_file, actor)
  expect(await verify()).toMatchObject({ seal: 'fits', sealed_since: 0, unsealed_at: null, rows: ROWS + 1 })
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
