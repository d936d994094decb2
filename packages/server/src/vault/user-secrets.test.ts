import { afterEach, beforeEach, expect, test } from 'vitest'
import { SealError } from './seal.ts'
import { openVaultHome, setUpVault, type VaultHome, type VaultSetup } from './vault-setup.ts'

const TEXT = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

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

const ownerOf = (userId: string) => ({ workspaceId: setup.actor.workspaceId, userId })

test('what was sealed for one person opens for no other, and not when a bit of it is another', async () => {
  const { userSecrets } = setup.vault
  const sealed = await userSecrets.seal(ownerOf(setup.userId), 'totp', TEXT)
  expect(Buffer.from(sealed).includes(TEXT)).toBe(false)
  const other = await setup.addUser()
  await expect(userSecrets.open(ownerOf(other), 'totp', sealed)).rejects.toThrow(SealError)
  for (const at of [0, 5, sealed.length - 1]) {
    const damaged = Uint8Array.from(sealed)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    await expect(userSecrets.open(ownerOf(setup.userId), 'totp', damaged)).rejects.toThrow(SealError)
  }
  await expect(userSecrets.open(ownerOf(setup.userId), 'totp', sealed.slice(0, 20))).rejects.toThrow(SealError)
})

test('the same text is never sealed to the same bytes, and opens to itself', async () => {
  const { userSecrets } = setup.vault
  const [a, b] = [
    await userSecrets.seal(ownerOf(setup.userId), 'totp', TEXT),
    await userSecrets.seal(ownerOf(setup.userId), 'totp', TEXT),
  ]
  expect(Buffer.from(a).equals(Buffer.from(b))).toBe(false)
  for (const one of [a, b]) expect(await userSecrets.open(ownerOf(setup.userId), 'totp', one)).toBe(TEXT)
})

test('it outlives rotations of the root key and of the data keys, and a restart', async () => {
  const { vault, actor, rootKeyFile } = setup
  const sealed = await vault.userSecrets.seal(ownerOf(setup.userId), 'totp', TEXT)
  for (let i = 0; i < 2; i++) {
    await vault.rotate(rootKeyFile, actor)
    await vault.rotateDataKeys(actor)
  }
  expect(await vault.userSecrets.open(ownerOf(setup.userId), 'totp', sealed)).toBe(TEXT)
  const again = await setup.reopen()
  expect(await again.userSecrets.open(ownerOf(setup.userId), 'totp', sealed)).toBe(TEXT)
})
