import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../migrations/all.ts'
import type { Migration } from '../migrations/migration.ts'
import { testClock } from '../suite/subject.ts'
import { openDatabase } from './database.ts'
import { BACKUP_FOLDER, checkMigrations, migrate } from './migrate.ts'
import { openSqliteStore } from './open.ts'
import { peekHome } from './peek.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-home-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const clock = testClock()
const open = (home: string) => openSqliteStore({ home, clock })

describe('a home', () => {
  it('is refused while another store has it, naming its process', async () => {
    const store = await open(folder)
    try {
      await expect(open(folder)).rejects.toMatchObject({
        name: 'HomeLocked',
        message: expect.stringContaining(`process ${process.pid}`),
      })
    } finally {
      await store.close()
    }
    await (await open(folder)).close()
  })

  it('has one owner when many open it at once', async () => {
    const opened = await Promise.allSettled([1, 2, 3, 4].map(() => open(folder)))
    const stores = opened.filter((result) => result.status === 'fulfilled')
    expect(stores).toHaveLength(1)
    for (const store of stores) await store.value.close()
  })

  it('is taken over from a process that left its files behind, whoever has its number now', async () => {
    await (await open(folder)).close()
    writeFileSync(join(folder, 'keyway.pid'), `${process.pid}\n`)
    await (await open(folder)).close()
  })

  it.each(['keyway.db', 'keyway.db-wal', 'keyway.lock', 'keyway.pid'])(
    'is refused where its %s is a link, and what the link leads to is not touched',
    async (name) => {
      const victim = join(folder, 'victim')
      writeFileSync(victim, 'precious')
      const home = join(folder, 'home')
      mkdirSync(home)
      for (const target of [victim, join(folder, 'absent')]) {
        symlinkSync(target, join(home, name))
        await expect(open(home)).rejects.toMatchObject({ name: 'HomeUnsound', message: expect.stringContaining(name) })
        expect(() => peekHome(home)).toThrow('symbolic link')
        rmSync(join(home, name))
      }
      expect(readdirSync(folder).sort()).toEqual(['home', 'victim'])
      expect(readFileSync(victim, 'utf8')).toBe('precious')
      expect(readdirSync(home)).toEqual([])
    },
  )

  it('is refused where its database is something else, which is not touched', async () => {
    writeFileSync(join(folder, 'keyway.db'), 'precious, and not a database')
    await expect(open(folder)).rejects.toMatchObject({ name: 'HomeUnsound' })
    expect(readFileSync(join(folder, 'keyway.db'), 'utf8')).toBe('precious, and not a database')
  })

  it('writes through no link where it makes its files', async () => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'precious')
    const home = join(folder, 'home')
    mkdirSync(home)
    symlinkSync(victim, join(home, 'keyway.pid.new'))
    await (await open(home)).close()
    expect(readFileSync(victim, 'utf8')).toBe('precious')
  })

  it('may be a link itself', async () => {
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    await (await open(join(folder, 'link'))).close()
    expect(readdirSync(join(folder, 'real'))).toContain('keyway.db')
    await (await open(join(folder, 'real'))).close()
  })

  it('holds files that only their owner can read', async () => {
    const home = join(folder, 'new', 'home')
    const store = await open(home)
    await store.backup(join(folder, 'copy.db'))
    for (const file of ['keyway.db', 'keyway.db-wal', 'keyway.pid']) {
      expect(statSync(join(home, file)).mode & 0o077, file).toBe(0)
    }
    expect(statSync(home).mode & 0o077).toBe(0)
    expect(statSync(join(folder, 'copy.db')).mode & 0o077).toBe(0)
    await store.close()
  })

  it('keeps its install id, workspace and owner', async () => {
    const first = await open(folder)
    const made = { installId: first.installId, ...(await first.bootstrap()) }
    await first.close()
    const second = await open(folder)
    expect({ installId: second.installId, ...(await second.bootstrap()) }).toEqual(made)
    await second.close()
  })

  it('closes once however often it is told, and then refuses every act', async () => {
    const store = await open(folder)
    await Promise.all([store.close(), store.close()])
    await expect(store.ping()).rejects.toThrow('closed')
  })
})

describe('migrations', () => {
  const extra = (number: number, sql: string): Migration => ({
    number,
    name: `test ${number}`,
    statements: { sqlite: [sql], postgres: [sql] },
  })
  const next = MIGRATIONS.length + 1
  const path = () => join(folder, 'keyway.db')
  const run = (migrations: readonly Migration[], now = clock.now()) => {
    const database = openDatabase(path())
    try {
      migrate(database, path(), { migrations, now })
    } finally {
      database.close()
    }
  }

  it('refuse a newer database and leave it as it was', async () => {
    run([...MIGRATIONS, extra(next, 'CREATE TABLE later (a)')])
    const before = readFileSync(path())
    await expect(open(folder)).rejects.toMatchObject({
      name: 'MigrationRefused',
      message: expect.stringContaining('newer version'),
    })
    expect(readFileSync(path())).toEqual(before)
    expect(readdirSync(folder)).not.toContain(BACKUP_FOLDER)
  })

  it('refuse a database made by other migrations and leave it as it was', async () => {
    run(MIGRATIONS)
    const database = new DatabaseSync(path())
    database.exec("UPDATE schema_migration SET checksum = 'x'")
    database.close()
    const before = readFileSync(path())
    await expect(open(folder)).rejects.toMatchObject({
      name: 'MigrationRefused',
      message: expect.stringContaining('checksum'),
    })
    expect(readFileSync(path())).toEqual(before)
  })

  it('back up what is there before they change it, and keep the newest five copies', () => {
    run(MIGRATIONS)
    const steps: Migration[] = [...MIGRATIONS]
    for (let number = next; number < next + 7; number++) {
      steps.push(extra(number, `CREATE TABLE step_${number} (a)`))
      run(steps, clock.now() + number)
    }
    const copies = readdirSync(join(folder, BACKUP_FOLDER)).sort()
    const kept = [2, 3, 4, 5, 6].map((step) => `before-${String(next + step).padStart(4, '0')}`)
    expect(copies.map((file) => file.slice(0, 11))).toEqual(kept)
    const home = join(folder, 'restored')
    mkdirSync(home)
    copyFileSync(join(folder, BACKUP_FOLDER, copies[0] ?? ''), join(home, 'keyway.db'))
    expect(() => checkMigrations(join(home, 'keyway.db'), steps.slice(0, next + 1))).not.toThrow()
    expect(() => checkMigrations(join(home, 'keyway.db'), steps.slice(0, next))).toThrow('newer version')
  })

  it('leave the database as it was when one of them fails', () => {
    run(MIGRATIONS)
    const broken = [...MIGRATIONS, extra(next, 'CREATE TABLE fine (a)'), extra(next + 1, 'CREATE TABLE workspace (a)')]
    expect(() => run(broken)).toThrow('already exists')
    checkMigrations(path(), MIGRATIONS)
    const database = new DatabaseSync(path())
    expect(database.prepare("SELECT name FROM sqlite_master WHERE name = 'fine'").all()).toEqual([])
    database.close()
  })

  it('are numbered from 1 without gaps', () => {
    expect(MIGRATIONS.map((migration) => migration.number)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })
})
