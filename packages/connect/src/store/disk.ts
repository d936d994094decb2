import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { SealedRows } from './sealed-store.ts'
import type { Owner } from './sealer.ts'

/**
 * Rows as files of one folder, a file a row, readable by nobody else (0600 in 0700). A file is replaced by renaming, so a
 * reader and a crash find the old value or the new one, and several processes may share the folder; while one reseals, the
 * others should not write. Node, Bun and Deno.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/rename.html for what a reader finds meanwhile
 * @see https://doi.org/10.6028/NIST.SP.800-38D section 7.1 for what lies in a file
 */
export function diskRows(folder: string): SealedRows {
  let swept: Promise<void> | undefined
  // Hashed: what a user is called can neither leave the folder nor be read in it.
  const place = ({ user, name }: Owner) =>
    join(
      folder,
      `${createHash('sha256')
        .update(JSON.stringify([user, name]))
        .digest('hex')}.sealed`,
    )
  async function read(owner: Owner): Promise<string | undefined> {
    try {
      return await readFile(place(owner), 'utf8')
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }
  return {
    read,
    async write(owner, sealed, was) {
      if (was !== undefined && (await read(owner)) !== was) return
      if (sealed === undefined) return remove(folder, place(owner))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      swept ??= sweep(folder).catch((error: unknown) => {
        swept = undefined
        throw error
      })
      await swept
      const fresh = `${place(owner)}.${randomBytes(8).toString('hex')}`
      try {
        const file = await open(fresh, 'wx', 0o600)
        try {
          await file.writeFile(sealed)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(fresh, place(owner))
        await syncFolder(folder)
      } catch (error) {
        await rm(fresh, { force: true })
        throw error
      }
    },
  }
}

/** Gone for good: without the folder's own sync a crash could bring it back. */
async function remove(folder: string, file: string): Promise<void> {
  try {
    await rm(file)
  } catch (error) {
    if (isAbsent(error)) return
    throw error
  }
  await syncFolder(folder)
}

/** What a write that was cut off left behind. A write takes a moment: what is older than this is nobody's. Milliseconds. */
const LEFT_MS = 60_000
const UNFINISHED = /^[0-9a-f]{64}\.sealed\.[0-9a-f]{16}$/

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!UNFINISHED.test(name)) continue
    const file = join(folder, name)
    try {
      if ((await stat(file)).mtimeMs < Date.now() - LEFT_MS) await rm(file)
    } catch (error) {
      // Another process finished it, or swept it.
      if (!isAbsent(error)) throw error
    }
  }
}

/** The new name is durable only with its folder. Windows has no such call, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
