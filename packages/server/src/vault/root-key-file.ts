import { randomBytes } from 'node:crypto'
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatRootKey, parseRootKeys, ROOT_KEY_BYTES, type RootKeys, VERSIONS_MAX } from './root-key.ts'
import { RootKeyError } from './root-key-error.ts'

/** Bytes of a root key file that are read: 64 lines of 60 characters and as much again for comments. */
const FILE_BYTES_MAX = 16_384
/** Permission bits of everyone but the owner. */
const OTHERS = 0o077

/**
 * Reads the root keys from a file.
 * @throws RootKeyError `missing`, `exposed` (others may read it), `malformed` or `weak`
 */
export async function loadRootKeys(path: string): Promise<RootKeys> {
  return parseRootKeys(await readRootKeyFile(path), path)
}

/**
 * Makes a root key file with one random key, version 1, mode 0400, durable before this returns. The file appears whole
 * or not at all, and never replaces one: where another process was first, that one's is left as it is.
 * @throws RootKeyError `unwritable`
 */
export async function createRootKeyFile(path: string): Promise<void> {
  const content = `${HEADER}${formatRootKey(1, randomBytes(ROOT_KEY_BYTES))}\n`
  await withDraft(path, content, async (draft) => {
    try {
      await link(draft, path)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    await unlink(draft)
  })
}

/**
 * Adds a random key as the next version, which becomes the primary, and keeps the others. Durable before this returns:
 * only then may anything be wrapped under it.
 * @throws RootKeyError as {@link loadRootKeys}, or `unwritable` (a mounted secret)
 */
export async function addRootKeyVersion(path: string): Promise<RootKeys> {
  const text = await readRootKeyFile(path)
  const { keys } = parseRootKeys(text, path)
  // One more, and no start would read the file again.
  if (keys.size >= VERSIONS_MAX) {
    const fix = 'Remove the lines of versions that are no longer needed: the last rotation named them.'
    throw new RootKeyError('unwritable', `The root key file ${path} holds ${VERSIONS_MAX} versions already.`, fix)
  }
  const next = Math.max(...keys.keys()) + 1
  // A mark would keep an older version primary.
  const kept = text.replace(/ +primary[ \t]*(?=\r?$)/gm, '').trimEnd()
  const content = `${kept}\n${formatRootKey(next, randomBytes(ROOT_KEY_BYTES))}\n`
  await withDraft(path, content, (draft) => rename(draft, path))
  return loadRootKeys(path)
}

const HEADER =
  '# Keyway root key: whoever has this file and the database can open every credential. Back it up apart.\n'

async function readRootKeyFile(path: string): Promise<string> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    const fix = 'Restore the file from your backup, or correct KEYWAY_ROOT_KEY_FILE.'
    throw new RootKeyError('missing', `The root key file ${path} cannot be read (${codeOf(error)}).`, fix, error)
  }
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > FILE_BYTES_MAX) {
      const fix = 'Name the file that holds the root key in KEYWAY_ROOT_KEY_FILE.'
      throw new RootKeyError('malformed', `${path} is not a file of at most ${FILE_BYTES_MAX} bytes.`, fix)
    }
    // Windows has no such bits; Node reports 0666 there for every file.
    if (process.platform !== 'win32' && (stat.mode & OTHERS) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
      const fix = `Run: chmod 400 ${path} (or set the secret's mode to 0400 where it is mounted).`
      throw new RootKeyError('exposed', `The root key file ${path} is open to other users (mode ${mode}).`, fix)
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Writes a durable file beside `path`, lets `place` move it there, and makes the move durable. */
async function withDraft(path: string, content: string, place: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    // 'wx' is O_EXCL: never follows or replaces what someone else put there.
    const file = await open(draft, 'wx', 0o400)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await place(draft)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    await unlink(draft).catch((failed: unknown) => {
      if (codeOf(failed) !== 'ENOENT') throw failed
    })
    const fix = 'Make its folder writable, or add a line v<next>:<32 random bytes in base64> to the file yourself.'
    throw new RootKeyError('unwritable', `The root key file ${path} cannot be written (${codeOf(error)}).`, fix, error)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
