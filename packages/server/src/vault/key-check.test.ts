import { randomBytes } from 'node:crypto'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyRing } from './key-check.ts'
import { CARRIED_PURPOSES, PURPOSES, primaryKey } from './key-ring.ts'
import { formatRootKey } from './root-key.ts'
import { openVaultHome, setUpVault, type VaultHome, type VaultSetup } from './vault-setup.ts'

const OPENAI = { baseUrl: 'https://api.openai.com/v1' }

let home: VaultHome
let setup: VaultSetup
beforeEach(async () => {
  home = await openVaultHome()
  setup = await setUpVault(home)
})
afterEach(async () => {
  await setup.end()
  await home.end()
})

async function putRootKeyFile(text: string): Promise<void> {
  await chmod(setup.rootKeyFile, 0o600)
  await writeFile(setup.rootKeyFile, text)
  await chmod(setup.rootKeyFile, 0o400)
}

test('another root key is refused by the id of the expected one, and nothing is changed', async () => {
  const { store, rootKeyFile, vault, withSecret, actor } = setup
  await vault.put(withSecret('sk-0123456789'), actor)
  const settings = await store.getSetting('vault.keys')
  const right = await readFile(rootKeyFile, 'utf8')
  const wrong = `${formatRootKey(1, randomBytes(32))}\n`
  await putRootKeyFile(wrong)
  const check = /"check":"([0-9a-f]{16})"/.exec(settings ?? '')?.[1]
  expect(check).toBeDefined()
  const refused = openKeyRing({ store, rootKeyFile })
  await expect(refused).rejects.toMatchObject({ fault: 'wrong', message: expect.stringContaining(`v1-${check}`) })
  expect(await store.getSetting('vault.keys')).toBe(settings)
  expect(await readFile(rootKeyFile, 'utf8')).toBe(wrong)
  await expect(vault.rotate(rootKeyFile, actor)).rejects.toMatchObject({ fault: 'wrong' })
  expect(await readFile(rootKeyFile, 'utf8')).toBe(wrong)
  await putRootKeyFile(right)
  await expect(openKeyRing({ store, rootKeyFile })).resolves.toBeDefined()
})

test('a database that was sealed never gets a new root key in place of a lost one', async () => {
  const { store, rootKeyFile } = setup
  await rm(rootKeyFile)
  await expect(openKeyRing({ store, rootKeyFile })).rejects.toMatchObject({ fault: 'missing' })
  await expect(readFile(rootKeyFile)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the needed version must be in the file, whatever else is', async () => {
  const { store, rootKeyFile } = setup
  await putRootKeyFile(`${formatRootKey(2, randomBytes(32))}\n`)
  await expect(openKeyRing({ store, rootKeyFile })).rejects.toThrow(/the file has no version 1/)
})

test('an edited canary is refused even where the check value fits', async () => {
  const { store, rootKeyFile } = setup
  const settings = (await store.getSetting('vault.keys')) ?? ''
  const edited = settings.replace(/("canary":"[^"]{60})(.)/, (_, before, one) => before + (one === 'A' ? 'B' : 'A'))
  await store.putSetting('vault.keys', edited)
  await expect(openKeyRing({ store, rootKeyFile })).rejects.toThrow(/canary/)
})

test('every purpose and version has a key of its own', async () => {
  const { ring, vault, rootKeyFile, actor } = setup
  await vault.rotate(rootKeyFile, actor)
  const keys = PURPOSES.flatMap((purpose) =>
    ring[purpose].versions.map((v) => ring[purpose].key(v)?.export().toString('hex')),
  )
  expect(keys).toHaveLength(PURPOSES.length * 2)
  expect(new Set(keys).size).toBe(keys.length)
})

test('after two rotations the first versions can leave the file: secrets open and old peppers are still there', async () => {
  const { store, ring, vault, rootKeyFile, actor, withSecret } = setup
  const { id } = await vault.put(withSecret('sk-0123456789'), actor)
  const before = new Map(CARRIED_PURPOSES.map((purpose) => [purpose, primaryKey(ring[purpose])]))
  expect(await vault.rotate(rootKeyFile, actor)).toMatchObject({ primary: 2, rewrapped: 1, removable: [1] })
  expect(await vault.rotate(rootKeyFile, actor)).toMatchObject({ primary: 3, rewrapped: 1, removable: [2, 1] })
  const lines = (await readFile(rootKeyFile, 'utf8')).split('\n')
  await putRootKeyFile(lines.filter((line) => line.startsWith('v3:')).join('\n'))
  const opened = await openKeyRing({ store, rootKeyFile })
  for (const purpose of CARRIED_PURPOSES) {
    expect(opened[purpose].versions).toEqual([3, 2, 1])
    const old = before.get(purpose)
    expect(old && opened[purpose].key(1)?.equals(old)).toBe(true)
  }
  expect(opened.kek.versions).toEqual([3])
  expect(await (await setup.reopen()).open(id, OPENAI)).toBe('sk-0123456789')
})
