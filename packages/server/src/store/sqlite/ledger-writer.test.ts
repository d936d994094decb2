import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ActContext } from '../acts/context.ts'
import { createKey } from '../acts/keys.ts'
import { bootstrap } from '../acts/people.ts'
import { findViolations } from '../invariants.ts'
import type { SqlValue } from '../ledger-rows.ts'
import { MIGRATIONS } from '../migrations/all.ts'
import type { HoldRequest, KeyRecord } from '../records.ts'
import { makeHold, makeKey, makeSettlement, NOON } from '../suite/subject.ts'
import { addHold, addSettlement, CHECKPOINT, RELEASE } from './batch.ts'
import { kyselyOver, openDatabase } from './database.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { migrate } from './migrate.ts'

let folder = ''
let database: DatabaseSync
let writer: LedgerWriter
let key: KeyRecord
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-writer-'))
  const path = join(folder, 'keyway.db')
  database = openDatabase(path)
  migrate(database, path, { migrations: MIGRATIONS, now: NOON })
  const context: ActContext = {
    db: kyselyOver(database),
    dialect: 'sqlite',
    now: NOON,
    instance: 1,
    changes: [],
    audit: {},
  }
  const { workspace, owner } = await bootstrap(context)
  key = makeKey({ workspaceId: workspace.id, userId: owner.id })
  await createKey(context, key, { id: owner.id, workspaceId: workspace.id })
  writer = new LedgerWriter(database)
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

function settle(batch: SqlValue[], seq: number, settled: { hold: HoldRequest; amount: bigint }): void {
  const settlement = makeSettlement(settled.hold, { amount: settled.amount })
  addSettlement(batch, settlement, { seq, capId: key.hash, overage: 0n, settledAt: NOON })
}

it('writes the rest of a batch when some of its acts cannot be written, and names those', async () => {
  const [first, second, third] = [makeHold(key), makeHold(key), makeHold(key)]
  const before: SqlValue[] = []
  addHold(before, first, { seq: 1, capId: key.hash })
  settle(before, 1, { hold: first, amount: 5n })
  expect(writer.write(before)).toBeUndefined()

  const batch: SqlValue[] = []
  addHold(batch, second, { seq: 2, capId: key.hash })
  addHold(batch, first, { seq: 3, capId: key.hash })
  settle(batch, 2, { hold: second, amount: -1n })
  addHold(batch, third, { seq: 4, capId: key.hash })
  batch.push(CHECKPOINT, 2, 9n, RELEASE, 4)
  const errors = writer.write(batch)
  expect([...(errors ?? [])].map(([act]) => act)).toEqual([1, 2])
  expect(errors?.get(1)).toContain(first.callId)
  expect(errors?.get(2)).toContain('CHECK')
  expect(database.prepare('SELECT seq, streamed FROM hold').all()).toEqual([{ seq: 2n, streamed: 9n }])
  expect(await findViolations(async (sql) => database.prepare(sql).all())).toEqual([])
})

it('takes a settlement that it has for a repetition, and changes nothing', async () => {
  const hold = makeHold(key)
  const batch: SqlValue[] = []
  addHold(batch, hold, { seq: 1, capId: key.hash })
  for (const amount of [5n, 6n]) settle(batch, 1, { hold, amount })
  expect(writer.write(batch)).toBeUndefined()
  expect(writer.write(batch)?.size).toBe(1)
  expect(database.prepare("SELECT amount FROM spend WHERE kind = 'user'").all()).toEqual([{ amount: 5n }])
  expect(await findViolations(async (sql) => database.prepare(sql).all())).toEqual([])
})

it('takes an explanation alone, without the pool that a small Buffer is a piece of', () => {
  const batch: SqlValue[] = []
  const explanation = Buffer.from('{"strategy":"price"}')
  expect(explanation.buffer.byteLength).toBeGreaterThan(explanation.byteLength)
  const settlement = { ...makeSettlement(makeHold(key), { amount: 5n }), explanation }
  addSettlement(batch, settlement, { seq: 1, capId: key.hash, overage: 0n, settledAt: NOON })
  const [sent] = batch.filter((value) => value instanceof Uint8Array)
  expect(sent).toEqual(new Uint8Array(explanation))
  expect(sent?.buffer.byteLength).toBe(explanation.byteLength)
})
