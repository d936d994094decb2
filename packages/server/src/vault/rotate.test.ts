import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import type { Store } from '../store/store.ts'
import { createVault } from './credentials.ts'
import { openKeyRing } from './key-check.ts'
import { loadRootKeys } from './root-key-file.ts'
import { openVaultHome, setUpVault, type VaultHome, type VaultSetup } from './vault-setup.ts'

const OPENAI = { baseUrl: 'https://api.openai.com/v1' }
const OWNERS = 3
const secretOf = (i: number) => `sk-rotation-${i}-0123456789`

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

/** Puts credentials of several owners. @returns their ids, by index */
async function putSome(count: number): Promise<string[]> {
  const { vault, withSecret, actor, addUser } = setup
  const owners = [null, await addUser(), await addUser()]
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const userId = owners[i % OWNERS] ?? null
    ids.push((await vault.put(withSecret(secretOf(i), { userId, reach: 'shared' }), actor)).id)
  }
  return ids
}

/** A store whose process dies: after `left` acts that write, every further act fails and changes nothing. */
function dyingStore(store: Store, left: number): Store {
  const writes = new Set(['putSetting', 'rewrapDek', 'reseal', 'putDek', 'appendAudit'])
  let remaining = left
  return new Proxy(store, {
    get(target, name, receiver) {
      const member = Reflect.get(target, name, receiver)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        if (writes.has(String(name)) && remaining-- <= 0) throw new Error('killed')
        if (remaining < 0 && name !== 'onChange') throw new Error('killed')
        return Reflect.apply(member, target, given)
      }
    },
  })
}

test.each(['rotate', 'rotateDataKeys'] as const)(
  '%s killed after any write is taken up where it ended, and every row opens in between',
  async (act) => {
    const { store, rootKeyFile, actor } = setup
    const ids = await putSome(6)
    const opensAll = async () => {
      const vault = await setup.reopen()
      const secrets = await Promise.all(ids.map((id) => vault.open(id, OPENAI)))
      expect(secrets).toEqual(ids.map((_, i) => secretOf(i)))
    }
    let finished = false
    let kills = 0
    for (let writes = 0; !finished; writes++) {
      const dying = dyingStore(store, writes)
      const ring = await openKeyRing({ store, rootKeyFile })
      const vault = createVault({ store: dying, ring, clock: systemClock, env: {} })
      finished = await (act === 'rotate' ? vault.rotate(rootKeyFile, actor) : vault.rotateDataKeys(actor)).then(
        () => true,
        (error: unknown) => {
          expect(String(error)).toContain('killed')
          return false
        },
      )
      vault.close()
      if (!finished) kills += 1
      await opensAll()
    }
    expect(kills).toBeGreaterThan(3)
    const deks = await store.listDeks()
    const root = await loadRootKeys(rootKeyFile)
    if (act === 'rotate') {
      expect(new Set(deks.map((dek) => dek.kekVersion))).toEqual(new Set([root.primary]))
    } else {
      const used = (await store.listCredentials(actor.workspaceId)).map((row) => row.dekId)
      const old = deks.slice(0, OWNERS).map((dek) => dek.id)
      expect(used.filter((id) => id !== null && old.includes(id))).toEqual([])
    }
  },
)

test('a rotation that was cut short does not add one more version', async () => {
  const { store, ring, rootKeyFile, actor } = setup
  await putSome(6)
  const vault = createVault({ store: dyingStore(store, 2), ring, clock: systemClock, env: {} })
  await expect(vault.rotate(rootKeyFile, actor)).rejects.toThrow('killed')
  vault.close()
  const cutShort = await readFile(rootKeyFile, 'utf8')
  expect(await setup.vault.rotate(rootKeyFile, actor)).toMatchObject({ primary: 2 })
  expect(await readFile(rootKeyFile, 'utf8')).toBe(cutShort)
})

test('no open or put fails while keys are rotated, and nothing stays under an old one', async () => {
  const { vault, store, rootKeyFile, actor, withSecret } = setup
  const ids = await putSome(12)
  let rotating = true
  let opens = 0
  let puts = 0
  const traffic = Array.from({ length: 8 }, async (_, lane) => {
    for (let i = lane; rotating; i = (i + 1) % ids.length) {
      expect(await vault.open(ids[i] ?? '', OPENAI)).toBe(secretOf(i))
      opens += 1
      await new Promise(setImmediate)
    }
  })
  const changing = (async () => {
    while (rotating) {
      const { id } = await vault.put(withSecret(secretOf(1000 + puts)), actor)
      expect(await vault.open(id, OPENAI)).toBe(secretOf(1000 + puts))
      puts += 1
      await new Promise(setImmediate)
    }
  })()
  for (let round = 0; round < 4; round++) {
    await vault.rotate(rootKeyFile, actor)
    await vault.rotateDataKeys(actor)
  }
  rotating = false
  await Promise.all([...traffic, changing])
  expect(opens).toBeGreaterThan(50)
  expect(puts).toBeGreaterThan(4)
  const deks = await store.listDeks()
  expect(new Set(deks.map((dek) => dek.kekVersion))).toEqual(new Set([5]))
  for (const row of await store.listCredentials(actor.workspaceId)) {
    expect(row.dekId).toBe((await store.currentDek(row.workspaceId, row.userId))?.id)
  }
})
