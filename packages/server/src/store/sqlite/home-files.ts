import { closeSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { LOCK_FILE, PID_FILE } from './home-lock.ts'

/** Name of the database in a home. */
export const DATABASE_FILE = 'keyway.db'
/** What the first bytes of a database are. @see https://www.sqlite.org/fileformat.html (read 2026-11-29) */
const MAGIC = 'SQLite format 3\0'
const OURS = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, LOCK_FILE, PID_FILE]

/** A file in the home is not what Keyway made there. */
export class HomeUnsound extends Error {
  override readonly name = 'HomeUnsound'
}

/**
 * Makes sure that Keyway's own files in a home are files. The home itself may be a link. A link inside could lead two homes
 * to one database, each with a lock of its own and caps in memory of its own; or, planted, to what is to be overwritten.
 * @throws HomeUnsound naming the file
 */
export function checkHomeFiles(home: string): void {
  for (const name of OURS) {
    const path = join(home, name)
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found === undefined) continue
    if (!found.isFile()) {
      const kind = found.isSymbolicLink() ? 'a symbolic link' : found.isDirectory() ? 'a folder' : 'no ordinary file'
      throw new HomeUnsound(
        `${path} is ${kind}; expected a file that Keyway made. Remove it, or put the file itself there; the whole home may be a link, and --home may lead anywhere`,
      )
    }
    if (name === DATABASE_FILE) checkMagic(path, found)
  }
}

function checkMagic(path: string, { size }: Stats): void {
  if (size === 0) return
  const start = Buffer.alloc(MAGIC.length)
  const file = openSync(path, 'r')
  try {
    readSync(file, start, 0, start.length, 0)
  } finally {
    closeSync(file)
  }
  if (start.toString('latin1') !== MAGIC)
    throw new HomeUnsound(
      `${path} is no SQLite database, and was left as it is. Restore a backup: keyway restore <file>`,
    )
}
