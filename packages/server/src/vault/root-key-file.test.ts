import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addRootKeyVersion, createRootKeyFile, loadRootKeys } from './root-key-file.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyway-root-'))
  path = join(folder, 'root.key')
})
afterEach(() => rm(folder, { recursive: true }))

test('a file that is not there is missing, with the way to find it', async () => {
  await expect(loadRootKeys(path)).rejects.toMatchObject({ fault: 'missing', fix: expect.stringContaining('backup') })
})

test.each([0o440, 0o404, 0o644, 0o460])(
  'a file of mode %o, open to others, is refused with the command that mends it',
  async (mode) => {
    await createRootKeyFile(path)
    await chmod(path, mode)
    const fix = expect.stringContaining(`chmod 400 ${path}`)
    await expect(loadRootKeys(path)).rejects.toMatchObject({ fault: 'exposed', fix })
  },
)

test('a folder, or a file too large to be a key file, is refused', async () => {
  await expect(loadRootKeys(folder)).rejects.toMatchObject({ fault: 'malformed' })
  await writeFile(path, '#'.repeat(20_000), { mode: 0o400 })
  await expect(loadRootKeys(path)).rejects.toMatchObject({ fault: 'malformed' })
})

test('an existing file is never replaced, even an empty one', async () => {
  await writeFile(path, '', { mode: 0o400 })
  await createRootKeyFile(path)
  expect(await readFile(path, 'utf8')).toBe('')
  await expect(loadRootKeys(path)).rejects.toMatchObject({ fault: 'malformed' })
})

test('a link that leads nowhere is neither followed nor replaced', async () => {
  await symlink(join(folder, 'elsewhere'), path)
  await createRootKeyFile(path)
  expect(await readdir(folder)).toEqual(['root.key'])
})

test('a new file has mode 0400 and one key, and leaves nothing beside it', async () => {
  await createRootKeyFile(path)
  expect((await stat(path)).mode & 0o777).toBe(0o400)
  expect((await loadRootKeys(path)).primary).toBe(1)
  expect(await readdir(folder)).toEqual(['root.key'])
})

test('of many processes that make it at once, all end with the same key', async () => {
  const keys = await Promise.all(
    Array.from({ length: 20 }, async () => {
      await createRootKeyFile(path)
      return (await loadRootKeys(path)).keys.get(1)?.export().toString('hex')
    }),
  )
  expect(new Set(keys).size).toBe(1)
})

test('a folder that cannot be written is named, and adding a version there changes nothing', async () => {
  const deep = join(folder, 'absent', 'root.key')
  await expect(createRootKeyFile(deep)).rejects.toMatchObject({ fault: 'unwritable' })
})

test('a version is added as the primary, even over a mark, and the others stay', async () => {
  await createRootKeyFile(path)
  const first = (await loadRootKeys(path)).keys.get(1)
  const text = await readFile(path, 'utf8')
  await chmod(path, 0o600)
  await writeFile(path, text.replace(/\n$/, ' primary\n'))
  const root = await addRootKeyVersion(path)
  expect(root.primary).toBe(2)
  expect(first && root.keys.get(1)?.equals(first)).toBe(true)
  expect((await stat(path)).mode & 0o777).toBe(0o400)
  expect(await readdir(folder)).toEqual(['root.key'])
})

test('a file that holds as many versions as it may gets no other, and still opens', async () => {
  await createRootKeyFile(path)
  for (let version = 2; version <= 64; version++) await addRootKeyVersion(path)
  const full = await readFile(path, 'utf8')
  await expect(addRootKeyVersion(path)).rejects.toMatchObject({
    fault: 'unwritable',
    message: expect.stringContaining('64 versions'),
    fix: expect.stringContaining('no longer needed'),
  })
  expect(await readFile(path, 'utf8')).toBe(full)
  expect((await loadRootKeys(path)).primary).toBe(64)
})
