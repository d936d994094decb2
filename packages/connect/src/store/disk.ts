import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { SealedRows } from './sealed-store.ts'
import type { Owner } from './sealer.ts'

/**
 * Rows as files of one folder, a file a row, readable by nobody else (0600 in 0700). A file is replaced by renaming, so a
 * reader and a crash find the old value or the new one, and several processes may share the folder. Node, Bun and Deno.
 */
export function diskRows(folder: string): SealedRows {
  // Hashed: what a user is called can neither leave the folder nor be read in it.
  const place = ({ user, name }: Owner) =>
    join(
      folder,
      `${createHash('sha256')
        .update(JSON.stringify([user, name]))
        .digest('hex')}.sealed`,
    )
  return {
    async read(owner) {
      try {
        return await readFile(place(owner), 'utf8')
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },
    async write(owner, sealed) {
      if (sealed === undefined) return rm(place(owner), { force: true })
      await mkdir(folder, { recursive: true, mode: 0o700 })
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
