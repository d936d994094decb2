import { chmod, constants, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { KeywayError } from '../base/errors.ts'
import { MIGRATIONS } from '../store/migrations/all.ts'
import { foreignObjects } from '../store/sqlite/foreign-objects.ts'
import { lockHome } from '../store/sqlite/home-lock.ts'
import { checkMigrations } from '../store/sqlite/migrate.ts'

/** Name of the database in a home, as the store has it. */
const DATABASE_FILE = 'keyway.db'

/**
 * Puts a backup in the place of a home's database. What was there is kept beside it. At every moment the home has the old
 * database, the new one, or (between two renames) both under other names.
 * @throws KeywayError `invalid_request` when the file is no sound backup of this or an older version
 * @throws Error (HomeLocked) while a server owns the home
 */
export async function restoreDatabase(of: {
  file: string
  home: string
  now: number
}): Promise<{ path: string; kept: string | null }> {
  const { file, home, now } = of
  await mkdir(home, { recursive: true, mode: 0o700 })
  const unlock = lockHome(home)
  try {
    const path = join(home, DATABASE_FILE)
    const draft = `${path}.restoring`
    await rm(draft, { force: true })
    await copyBackup(file, draft)
    const kept = (await exists(path))
      ? `${path}.before-restore-${new Date(now).toISOString().replace(/[:.]/g, '-')}`
      : null
    if (kept !== null) {
      // The log of the old database goes with it: it may hold commits that are not in the file yet.
      for (const suffix of ['', '-wal', '-shm'])
        if (await exists(path + suffix)) await rename(path + suffix, kept + suffix)
    }
    await rename(draft, path)
    await sync(home)
    return { path, kept }
  } finally {
    unlock()
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file',
  EISDIR: 'This is a folder, not a file:',
  EACCES: 'This user may not read',
}

/** Copies, checks and makes durable. The copy is looked at, not the backup: looking leaves files beside a database. */
async function copyBackup(file: string, draft: string): Promise<void> {
  try {
    await copyFile(file, draft, constants.COPYFILE_EXCL)
    await chmod(draft, 0o600)
    checkBackup(draft, file)
    await sync(draft)
  } catch (error) {
    await rm(draft, { force: true })
    const why = error instanceof Error && 'code' in error ? UNREADABLE[String(error.code)] : undefined
    if (why === undefined) throw error
    const fix = 'Name a file that keyway backup made.'
    throw new KeywayError('invalid_request', `${why} ${file}.`, { cause: error, fix })
  } finally {
    for (const suffix of ['-wal', '-shm']) await rm(draft + suffix, { force: true })
  }
}

/** @param name how the operator knows the file */
function checkBackup(file: string, name: string): void {
  const refuse = (why: string, cause?: unknown) => {
    const fix = 'Name a file that keyway backup made.'
    return new KeywayError('invalid_request', `${name} ${why}.`, cause === undefined ? { fix } : { fix, cause })
  }
  let state: unknown
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      state = database.prepare('PRAGMA integrity_check').get()?.['integrity_check']
      database.prepare("SELECT value FROM setting WHERE name = 'install_id'").get()
    } finally {
      database.close()
    }
  } catch (error) {
    throw refuse('cannot be read as a Keyway database', error)
  }
  if (state !== 'ok') throw refuse('is damaged')
  checkMigrations(file, MIGRATIONS)
  const foreign = foreignObjects(file, MIGRATIONS)
  if (foreign.length > 0)
    throw refuse(`holds what no Keyway puts there (${foreign.slice(0, 3).join(', ').slice(0, 200)})`)
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
