import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the server of a home listens for the CLI. */
export type SocketPlace = {
  path: string
  /** The folder to make for it, or undefined where it stands in the home itself. */
  folder: string | undefined
}

/** Bytes that a socket's path may have everywhere: macOS takes 103, Linux 107. */
const PATH_BYTES_MAX = 100

/**
 * `keyway.sock` in the home. Where that path is too long for a socket, a name made of the home's hash in a folder of this
 * user under `/tmp` (not TMPDIR, which the server and a shell may have differently). On Windows a named pipe.
 */
export function socketPlace(home: string, platform: NodeJS.Platform, userId: number): SocketPlace {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 32)
  if (platform === 'win32') return { path: `\\\\.\\pipe\\keyway-${name}`, folder: undefined }
  const usual = join(home, 'keyway.sock')
  if (Buffer.byteLength(usual) <= PATH_BYTES_MAX) return { path: usual, folder: undefined }
  const folder = `/tmp/keyway-${userId}`
  return { path: `${folder}/${name}.sock`, folder }
}

/**
 * Makes the folder, for this user alone, or makes sure that it is so: /tmp belongs to everyone, and another user may have
 * put something of that name there first.
 * @throws Error when the folder is someone else's, or open to others
 */
export async function ensurePrivateFolder(folder: string, userId: number): Promise<void> {
  await mkdir(folder, { mode: 0o700, recursive: true })
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== userId || (found.mode & 0o077) !== 0) {
    throw new Error(
      `${folder} must be a folder of this user alone (mode 0700). Remove it, or choose a shorter KEYWAY_HOME.`,
    )
  }
}
