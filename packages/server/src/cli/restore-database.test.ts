import { copyFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import { createKey } from './acts/keys.ts'
import { openTestHouse } from './acts/test-house.ts'
import { restoreDatabase } from './restore-database.ts'

let folder: string
let backup: string
let hash: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyway-restore-'))
  backup = join(folder, 'backup.db')
  const { house, close } = await openTestHouse()
  hash = (await createKey.handle(house, { name: 'kept' })).hash
  await house.store.backup(backup)
  await close()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const now = Date.UTC(2026, 11, 1)

test('a home that a server owns is refused, and left as it is', async () => {
  const { home, house, close } = await openTestHouse()
  await createKey.handle(house, { name: 'newer' })
  await expect(restoreDatabase({ file: backup, home, now })).rejects.toThrow(`process ${process.pid}`)
  expect(await house.store.listKeys(house.workspace.id, { offset: 0, limit: 9, includeDisabled: true })).toHaveLength(1)
  await close()
})

test('what is no backup is refused by name, and the home is left as it is', async () => {
  const home = join(folder, 'untouched')
  const other = join(folder, 'other.txt')
  await writeFile(other, 'not a database')
  await expect(restoreDatabase({ file: other, home, now })).rejects.toThrow('other.txt')
  await expect(restoreDatabase({ file: join(folder, 'absent.db'), home, now })).rejects.toThrow('There is no file')
  await expect(restoreDatabase({ file: folder, home, now })).rejects.toThrow('a folder')
  expect((await readdir(home)).filter((name) => name.startsWith('keyway.db'))).toEqual([])
})

test.each([
  ['trigger', 'CREATE TRIGGER extra AFTER INSERT ON audit BEGIN DELETE FROM key; END'],
  ['view', 'CREATE VIEW extra AS SELECT 1'],
  ['table', 'CREATE TABLE extra (a)'],
])('a backup to which somebody added a %s is refused, and the home is left as it is', async (kind, statement) => {
  const home = join(folder, `home-${kind}`)
  const file = join(folder, `${kind}.db`)
  await copyFile(backup, file)
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
  await expect(restoreDatabase({ file, home, now })).rejects.toThrow(`${kind} extra`)
  expect((await readdir(home)).filter((name) => name.startsWith('keyway.db'))).toEqual([])
})

test('a backup takes the place of the database, which is kept beside it, and nothing is left beside the backup', async () => {
  const home = join(folder, 'home')
  const before = await openSqliteStore({ home, clock: systemClock })
  await before.close()
  const { path, kept } = await restoreDatabase({ file: backup, home, now })
  expect(kept).toBe(`${path}.before-restore-2026-12-01T00-00-00-000Z`)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readdir(folder)).filter((name) => name.startsWith('backup'))).toEqual(['backup.db'])
  expect((await readdir(home)).filter((name) => name.includes('restoring'))).toEqual([])
  const restored = await openSqliteStore({ home, clock: systemClock })
  expect((await restored.findKey(hash))?.name).toBe('kept')
  expect(restored.installId).not.toBe(before.installId)
  await restored.close()
})
