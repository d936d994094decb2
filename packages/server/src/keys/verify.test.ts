import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../store/store.ts'
import { refuseBrowser, requireInference, requireManagement, requireModel } from './caller.ts'
import { changeKey, issueKey, revokeKey, rotateKey } from './issue.ts'
import { type KeysSetup, setUpKeys } from './keys-setup.ts'
import { makeToken } from './token.ts'
import { createVerifier, type Verifier } from './verify.ts'

let setup: KeysSetup
let verifier: Verifier
beforeAll(async () => {
  setup = await setUpKeys()
})
beforeEach(() => {
  verifier = createVerifier(setup)
})
afterEach(() => verifier.close())
afterAll(() => setup.end())

/** As a caller does it: whether thrown or rejected. */
const verify = async (token: string) => verifier.verify(token)

/** A store that counts its look-ups. */
function counted(store: Store) {
  const findKeyByMac = vi.fn(store.findKeyByMac)
  return { store: { ...store, findKeyByMac }, findKeyByMac }
}

test.each([
  ['another service\u2019s key', `sk-or-v1-${'a'.repeat(64)}`],
  ['a typo', `${makeToken('inference').slice(0, -1)}!`],
  ['nothing', ''],
  ['SQL', "kwy_k1_' OR '1'='1"],
  ['SQL of a key\u2019s length', "kwy_k1_' UNION SELECT mac FROM api_key WHERE 1=1; --".padEnd(56, '-')],
  ['another prefix', makeToken('inference').replace('kwy_k1_', 'kwy_k2_')],
  ['a wrong checksum', `${makeToken('inference').slice(0, -6)}000000`],
  ['a NUL', `${makeToken('inference').slice(0, -1)}\0`],
  ['a megabyte', 'kwy_k1_'.padEnd(1_000_000, 'A')],
])('row 109, 112: %s is refused without a look into the database', async (_, token) => {
  const { store, findKeyByMac } = counted(setup.store)
  verifier.close()
  verifier = createVerifier({ ...setup, store })
  await expect(verify(token)).rejects.toMatchObject({ code: 'key_malformed' })
  expect(findKeyByMac).not.toHaveBeenCalled()
})

test('a well-formed key that nobody issued is unknown, and asked for once', async () => {
  const { store, findKeyByMac } = counted(setup.store)
  verifier.close()
  verifier = createVerifier({ ...setup, store })
  const token = makeToken('inference')
  for (let i = 0; i < 5; i++) await expect(verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
  expect(findKeyByMac).toHaveBeenCalledTimes(1)
  setup.move(1_000)
  await expect(verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
  expect(findKeyByMac).toHaveBeenCalledTimes(2)
})

test('a row whose MAC was made under another pepper is not believed', async () => {
  const { key, record } = await setup.issue()
  const forged = { ...setup.store, findKeyByMac: async () => ({ ...record, mac: '0'.repeat(64) }) }
  verifier.close()
  verifier = createVerifier({ ...setup, store: forged })
  await expect(verify(key)).rejects.toMatchObject({ code: 'key_unknown' })
  await expect(verify(key)).rejects.toMatchObject({ code: 'key_unknown' })
})

test.each([
  ['key_disabled', (hash: string) => changeKey(setup, { hash, disabled: true }, setup.actor)],
  ['key_revoked', (hash: string) => revokeKey(setup, hash, setup.actor)],
  ['user_disabled', () => setup.store.updateUser(setup.userId, { disabledAt: 1 }, setup.actor)],
])('%s is in force for the very next call, however warm the memory', async (code, act) => {
  const { key, record } = await setup.issue()
  await verify(key)
  expect(verifier.verify(key)).not.toBeInstanceOf(Promise)
  await act(record.hash)
  await expect(verify(key)).rejects.toMatchObject({ code, status: 401 })
  await expect(verify(key)).rejects.toMatchObject({ code })
  await setup.store.updateUser(setup.userId, { disabledAt: null }, setup.actor)
})

test('a key ends at its expiry to the millisecond', async () => {
  const { key } = await setup.issue({ expiresAt: setup.clock.now() + 1000 })
  await verify(key)
  setup.move(999)
  await verify(key)
  setup.move(1)
  await expect(verify(key)).rejects.toMatchObject({ code: 'key_expired' })
})

test('a disabled key or user that is enabled again works for the next call', async () => {
  const { key, record } = await setup.issue()
  await changeKey(setup, { hash: record.hash, disabled: true }, setup.actor)
  await expect(verify(key)).rejects.toMatchObject({ code: 'key_disabled' })
  await changeKey(setup, { hash: record.hash, disabled: false }, setup.actor)
  expect(await verify(key)).toMatchObject({ key: { hash: record.hash }, user: { id: setup.userId } })
})

test('a key that was issued after it was asked for is known at once', async () => {
  // The same token cannot be made twice, so the second store is given the first one's record.
  const { key, record } = await setup.issue()
  await revokeKey(setup, record.hash, setup.actor)
  await expect(verify(key)).rejects.toMatchObject({ code: 'key_revoked' })
  const late = await setUpKeys()
  const asking = createVerifier({ ...setup, store: late.store })
  await expect((async () => asking.verify(key))()).rejects.toMatchObject({ code: 'key_unknown' })
  await late.store.createKey({ ...record, userId: late.userId, workspaceId: late.actor.workspaceId }, late.actor)
  expect(await asking.verify(key)).toMatchObject({ key: { hash: record.hash } })
  asking.close()
  await late.end()
})

test('what was read before a change is not kept after it', async () => {
  const { key, record } = await setup.issue()
  const held = Promise.withResolvers<void>()
  const slow = {
    ...setup.store,
    findUser: async (id: string) => {
      const user = await setup.store.findUser(id)
      await held.promise
      return user
    },
  }
  verifier.close()
  verifier = createVerifier({ ...setup, store: slow })
  const early = verify(key)
  await revokeKey(setup, record.hash, setup.actor)
  const late = verify(key)
  held.resolve()
  await expect(late).rejects.toMatchObject({ code: 'key_revoked' })
  // It was asked before the revocation; what matters is that its answer is not remembered.
  await early.catch(() => undefined)
  await expect(verify(key)).rejects.toMatchObject({ code: 'key_revoked' })
})

test('calls that arrive together share one look-up', async () => {
  const { store, findKeyByMac } = counted(setup.store)
  verifier.close()
  verifier = createVerifier({ ...setup, store })
  const { key } = await setup.issue()
  const callers = await Promise.all(Array.from({ length: 50 }, () => verify(key)))
  expect(new Set(callers).size).toBe(1)
  expect(findKeyByMac).toHaveBeenCalledTimes(1)
})

test('keys stay valid when the pepper is rotated, and new ones are made under the new one', async () => {
  const old = await setup.issue()
  await verify(old.key)
  setup.addPepper()
  const young = await setup.issue()
  expect(young.record.pepperVersion).toBe(old.record.pepperVersion + 1)
  const fresh = createVerifier(setup)
  for (const one of [verifier, fresh]) {
    for (const { key, record } of [old, young])
      expect(await one.verify(key)).toMatchObject({ key: { hash: record.hash } })
  }
  fresh.close()
})

test('during the overlap of a rotation both keys work, and after it only the new one', async () => {
  const old = await setup.issue()
  await verify(old.key)
  const { key } = await rotateKey(setup, { hash: old.record.hash, overlapMs: 5_000 }, setup.actor)
  await verify(old.key)
  await verify(key)
  setup.move(5_000)
  await expect(verify(old.key)).rejects.toMatchObject({ code: 'key_expired' })
  await verify(key)
})

test('of many keys that differ in one character each stands for itself', async () => {
  const issued = await Promise.all(Array.from({ length: 100 }, (_, i) => setup.issue({ name: `k${i}` })))
  for (let round = 0; round < 2; round++) {
    for (const { key, record } of issued) {
      expect((await verify(key)).key.hash).toBe(record.hash)
      const other = key.slice(0, 20) + (key[20] === 'A' ? 'B' : 'A') + key.slice(21)
      await expect(verify(other)).rejects.toMatchObject({ code: 'key_malformed' })
    }
  }
})

test('what a key may do is told by its kind and policy', async () => {
  const { key } = await setup.issue({ models: ['openai/*'], noBrowser: true })
  const caller = await verify(key)
  requireInference(caller)
  expect(() => requireManagement(caller)).toThrow('Only management keys can perform this operation')
  requireModel(caller, 'openai/gpt-4o', 'nitro')
  expect(() => requireModel(caller, 'groq/llama')).toThrow(expect.objectContaining({ code: 'model_not_allowed' }))
  refuseBrowser(caller, undefined, 'https://keyway.example/docs/proxy-guide')
  expect(() => refuseBrowser(caller, 'null', 'https://keyway.example/docs/proxy-guide')).toThrow(
    expect.objectContaining({ code: 'browser_forbidden', status: 403 }),
  )
  const manager = await verify((await setup.issue({ kind: 'management' })).key)
  requireManagement(manager)
  expect(() => requireInference(manager)).toThrow(expect.objectContaining({ code: 'inference_key_required' }))
})

test('no error of a refused key holds a part of it', async () => {
  const { key, record } = await issueKey(
    setup,
    { workspaceId: setup.actor.workspaceId, userId: setup.userId, kind: 'inference', name: 'x' },
    setup.actor,
  )
  await revokeKey(setup, record.hash, setup.actor)
  for (const token of [key, makeToken('inference'), `${key}x`, key.replace('kwy_', 'sk-')]) {
    const error = await verify(token).catch((caught: unknown) => caught)
    const text = `${String(error)} ${JSON.stringify(error)}`
    for (let i = 7; i < 44; i += 6) expect(text).not.toContain(token.slice(i, i + 8))
  }
})
