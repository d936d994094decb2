import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A home is in use by another process, or by another store of this one. */
export class HomeLocked extends Error {
  override readonly name = 'HomeLocked'
}

/** Names of the two files: the lock itself, and the number of the process that has it, for people and programs to read. */
export const LOCK_FILE = 'keyway.lock'
export const PID_FILE = 'keyway.pid'

function readPid(home: string): string {
  try {
    return `process ${readFileSync(join(home, PID_FILE), 'utf8').trim()}`
  } catch {
    // The lock is taken just before its owner's number is written, and a reader can fall in between.
    return 'another process that is just starting'
  }
}

/**
 * Takes the home for this process. The lock is the operating system's, on an otherwise empty SQLite file, so it ends
 * with the process however that ends: no stale lock remains, and a process number used again deceives nobody.
 * @returns what gives the home back
 * @throws HomeLocked naming the process that has it
 */
export function lockHome(home: string): () => void {
  const lock = new DatabaseSync(join(home, LOCK_FILE), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new HomeLocked(
      `the home ${home} is in use by ${readPid(home)}; stop that first (one process owns a home), or choose another --home`,
      { cause },
    )
  }
  const pidFile = join(home, PID_FILE)
  // What stands there is removed, not written to: it could be a link to somebody's file.
  rmSync(`${pidFile}.new`, { force: true })
  writeFileSync(`${pidFile}.new`, `${process.pid}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(`${pidFile}.new`, pidFile)
  return () => {
    rmSync(pidFile, { force: true })
    lock.close()
  }
}
