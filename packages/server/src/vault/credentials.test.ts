import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { CredentialRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { choicesFor } from './choices.ts'
import { createVault } from './credentials.ts'
import { openVaultHome, setUpVault, type VaultHome, type VaultSetup } from './vault-setup.ts'

const OPENAI = { baseUrl: 'https://api.openai.com/v1' }
const SECRET = 'sk-proj-c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryTAIL'

let home: VaultHome
let setup: VaultSetup
beforeAll(async () => {
  home = await openVaultHome()
})
afterEach(() => setup.end())
afterAll(() => home.end())

const unreadable = expect.objectContaining({ code: 'credential_unreadable' })

test('a secret opens only towards the origin that it was entered for', async () => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const { id } = await vault.put(withSecret(SECRET), actor)
  for (const baseUrl of [
    'https://evil.example/v1',
    'http://api.openai.com/v1',
    'https://api.openai.com:8443/v1',
    'https://api.openai.com.evil.example/v1',
    'https://api.openai.com@evil.example/v1',
  ]) {
    await expect(vault.open(id, { baseUrl })).rejects.toThrow(KeywayError)
  }
  expect(await vault.open(id, { baseUrl: 'https://API.OpenAI.com:443/another/path' })).toBe(SECRET)
})

test.each(['provider', 'user', 'no user', 'address', 'origin'])(
  'a row that was edited in the database to name another %s does not open',
  async (edited) => {
    setup = await setUpVault(home)
    const { vault, actor, store, withSecret } = setup
    const { id } = await vault.put(withSecret(SECRET), actor)
    const row = await store.findCredential(id)
    if (row === undefined) throw new Error('no row')
    const baseUrl = edited === 'address' ? 'https://evil.example' : row.baseUrl
    const edit: Partial<CredentialRecord> = { baseUrl }
    if (edited === 'provider') edit.provider = 'groq'
    if (edited === 'user') edit.userId = await setup.addUser()
    if (edited === 'no user') edit.userId = null
    if (edited === 'origin') edit.origin = 'connected'
    // As someone with a hand in the database would: past every check of the vault's.
    await store.putCredential({ ...row, ...edit }, actor)
    await expect(vault.open(id, { baseUrl })).rejects.toThrow(unreadable)
  },
)

test('sealed bytes that were copied to another row do not open there', async () => {
  setup = await setUpVault(home)
  const { vault, actor, store, withSecret } = setup
  const a = await vault.put(withSecret(SECRET), actor)
  const b = await vault.put(withSecret('sk-other-key-of-the-same-user', { name: 'b' }), actor)
  const [from, to] = [await store.findCredential(a.id), await store.findCredential(b.id)]
  if (!from || !to) throw new Error('no row')
  await store.putCredential({ ...to, sealed: from.sealed, dekId: from.dekId }, actor)
  await expect(vault.open(b.id, OPENAI)).rejects.toThrow(unreadable)
  expect(await vault.open(a.id, OPENAI)).toBe(SECRET)
})

test.each([
  ['no name', { name: ' ' }],
  ['a provider that is no slug', { provider: '../openai' }],
  ['a base URL that is none', { baseUrl: 'api.openai.com' }],
  ['a base URL of another scheme', { baseUrl: 'file:///etc/passwd' }],
  ['a base URL that carries a password', { baseUrl: 'https://me:pw@api.openai.com' }],
  ['a negative priority', { priority: -1 }],
  ['a reach of its user without a user', { userId: null }],
])('refuses %s and stores nothing', async (_, differing) => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const refused = vault.put(withSecret(SECRET, differing), actor)
  await expect(refused).rejects.toMatchObject({ code: 'invalid_request' })
  expect(await vault.list(actor.workspaceId)).toEqual([])
})

test('a user that is not there gets no credential', async () => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const refused = vault.put(withSecret(SECRET, { userId: 'user_nobody' }), actor)
  await expect(refused).rejects.toMatchObject({ code: 'not_found' })
})

test('a credential of another workspace is not there: it is neither listed, replaced nor removed', async () => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const { id } = await vault.put(withSecret(SECRET), actor)
  const stranger = { id: 'user_stranger', workspaceId: '00000000-0000-4000-8000-000000000000' }
  await expect(vault.replace(id, 'sk-theirs', stranger)).rejects.toMatchObject({ code: 'not_found' })
  await expect(vault.remove(id, stranger)).rejects.toMatchObject({ code: 'not_found' })
  await expect(vault.put(withSecret(SECRET), stranger)).rejects.toMatchObject({ code: 'not_found' })
  expect(await vault.list(stranger.workspaceId)).toEqual([])
  expect(await vault.available(stranger.workspaceId)).toEqual([])
})

test('replacing and removing are in force for the next open, however warm the memory', async () => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const { id } = await vault.put(withSecret(SECRET), actor)
  expect(await vault.open(id, OPENAI)).toBe(SECRET)
  expect(await vault.available(actor.workspaceId)).toHaveLength(1)
  const view = await vault.replace(id, ' "Bearer sk-new-0123456789-new" ', actor)
  expect(view).toMatchObject({ id, hint: '\u2026-new', baseUrl: 'https://api.openai.com' })
  expect(await vault.open(id, OPENAI)).toBe('sk-new-0123456789-new')
  await vault.remove(id, actor)
  await expect(vault.open(id, OPENAI)).rejects.toThrow(unreadable)
  await expect(vault.remove(id, actor)).rejects.toMatchObject({ code: 'not_found' })
  expect(await vault.available(actor.workspaceId)).toEqual([])
})

test('a disabled credential does not open and is not available', async () => {
  setup = await setUpVault(home)
  const { vault, actor, store, withSecret } = setup
  const { id } = await vault.put(withSecret(SECRET), actor)
  await vault.open(id, OPENAI)
  const row = await store.findCredential(id)
  if (row === undefined) throw new Error('no row')
  await store.putCredential({ ...row, disabledAt: 1 }, actor)
  await expect(vault.open(id, OPENAI)).rejects.toThrow(unreadable)
  expect(await vault.available(actor.workspaceId)).toEqual([])
  expect(await vault.list(actor.workspaceId)).toMatchObject([{ id, disabledAt: 1 }])
})

test('what an open read before a change is not kept after it', async () => {
  setup = await setUpVault(home)
  const { store, ring, actor, withSecret, vault } = setup
  const { id } = await vault.put(withSecret(SECRET), actor)
  const held = Promise.withResolvers<void>()
  const slow: Store = {
    ...store,
    async findCredential(wanted) {
      const record = await store.findCredential(wanted)
      await held.promise
      return record
    },
  }
  const slowVault = createVault({ store: slow, ring, clock: systemClock, env: {} })
  const early = slowVault.open(id, OPENAI)
  await vault.replace(id, 'sk-new-0123456789-new', actor)
  held.resolve()
  // It was asked before the change; what matters is that its answer is not remembered.
  await early
  expect(await slowVault.open(id, OPENAI)).toBe('sk-new-0123456789-new')
  slowVault.close()
})

test('a reference is read at every use and never stored', async () => {
  const env: Record<string, string> = { OPENAI_KEY: ` "${SECRET}" ` }
  setup = await setUpVault(home, { env })
  const { vault, actor, store, folder, withReference } = setup
  const path = join(folder, 'openai.txt')
  const byEnv = await vault.put(withReference('env:OPENAI_KEY'), actor)
  const byFile = await vault.put(withReference(`file:${path}`), actor)
  expect(JSON.stringify(await store.findCredential(byEnv.id))).not.toContain('c4n4ry')
  expect(byEnv).toMatchObject({ hint: 'env:OPENAI_KEY', reference: 'env:OPENAI_KEY' })
  expect(await vault.open(byEnv.id, OPENAI)).toBe(SECRET)
  env['OPENAI_KEY'] = 'sk-second'
  expect(await vault.open(byEnv.id, OPENAI)).toBe('sk-second')
  delete env['OPENAI_KEY']
  await expect(vault.open(byEnv.id, OPENAI)).rejects.toThrow(/OPENAI_KEY is not set/)

  await expect(vault.open(byFile.id, OPENAI)).rejects.toThrow(unreadable)
  await writeFile(path, `Bearer ${SECRET}\n`)
  expect(await vault.open(byFile.id, OPENAI)).toBe(SECRET)
  await writeFile(path, 'x'.repeat(20_000))
  await expect(vault.open(byFile.id, OPENAI)).rejects.toThrow(unreadable)
})

test.each(['OPENAI_KEY', 'env:', 'env:A B', 'file:relative', 'file:', 'https://x', 'env:A\n'])(
  '%j is no reference',
  async (reference) => {
    setup = await setUpVault(home)
    const { vault, actor, withReference } = setup
    const refused = vault.put(withReference(reference), actor)
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request' })
  },
)

test('credentials of the environment are listed and opened with the others, and only there can they be changed', async () => {
  setup = await setUpVault(home, {
    env: { OPENAI_API_KEY: SECRET },
    environment: [
      {
        provider: 'openai',
        name: 'OPENAI_API_KEY',
        reach: 'own',
        baseUrl: 'https://api.openai.com/v1',
        reference: 'env:OPENAI_API_KEY',
        priority: 5,
        allowPrivate: false,
      },
    ],
  })
  const { vault, actor, store, withSecret } = setup
  const { id } = await vault.put(withSecret(SECRET, { priority: 9 }), actor)
  const list = await vault.list(actor.workspaceId)
  expect(list).toMatchObject([{ origin: 'environment', hint: 'env:OPENAI_API_KEY' }, { id }])
  expect(await store.listCredentials(actor.workspaceId)).toHaveLength(1)
  const found = list[0]?.id ?? ''
  expect(await vault.open(found, OPENAI)).toBe(SECRET)
  await expect(vault.open(found, { baseUrl: 'https://evil.example' })).rejects.toThrow(unreadable)
  await expect(vault.replace(found, 'sk-x', actor)).rejects.toThrow(/comes from the environment/)
  await expect(vault.remove(found, actor)).rejects.toMatchObject({ fix: expect.stringContaining('env:OPENAI_API_KEY') })
})

test('a call may use its own user\u2019s credentials, then shared, then house, as far as its key says', async () => {
  setup = await setUpVault(home)
  const { vault, actor, userId, withSecret } = setup
  const put = async (differing: Parameters<typeof withSecret>[1]) =>
    (await vault.put(withSecret(SECRET, differing), actor)).id
  const house = await put({ reach: 'house', priority: 0, userId: null })
  const shared = await put({ reach: 'shared', priority: 0 })
  const second = await put({ reach: 'own', priority: 2 })
  const first = await put({ reach: 'own', priority: 1 })
  const available = await vault.available(actor.workspaceId)
  const ids = (who: string, reaches: ('own' | 'shared' | 'house')[]) =>
    choicesFor(available, { userId: who, reaches }).map((one) => one.id)
  expect(ids(userId, ['own', 'shared', 'house'])).toEqual([first, second, shared, house])
  expect(ids(userId, ['own'])).toEqual([first, second])
  expect(ids('user_other', ['own', 'shared', 'house'])).toEqual([shared, house])
})

test('after a restart the secrets open again', async () => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const { id } = await vault.put(withSecret(SECRET), actor)
  const again = await setup.reopen()
  expect(await again.open(id, OPENAI)).toBe(SECRET)
})

test('many credentials put at once all open, under one data key a user', async () => {
  setup = await setUpVault(home)
  const { vault, actor, withSecret } = setup
  const secrets = Array.from({ length: 40 }, (_, i) => `sk-parallel-${i}-0123456789`)
  const views = await Promise.all(secrets.map((secret) => vault.put(withSecret(secret), actor)))
  expect(await Promise.all(views.map(({ id }) => vault.open(id, OPENAI)))).toEqual(secrets)
  expect(await deksOf(setup)).toHaveLength(1)
})

test('a data key that has sealed 2^20 times is followed by another', async () => {
  setup = await setUpVault(home)
  const { vault, actor, store, withSecret } = setup
  await vault.put(withSecret(SECRET), actor)
  const [dek] = await deksOf(setup)
  await store.putSetting(`vault.dek-uses.${dek?.id}`, String(2 ** 20 - 1))
  // Another process: it reads the count from the database, rounded up by what the last one may not have used.
  const again = await setup.reopen()
  await again.put(withSecret(SECRET), actor)
  expect(await deksOf(setup)).toHaveLength(1)
  const { id } = await again.put(withSecret(SECRET), actor)
  expect(await deksOf(setup)).toHaveLength(2)
  expect(await again.open(id, OPENAI)).toBe(SECRET)
})

test('a secret is in no view, error, audit row, JSON or inspection of what the vault gives or holds', async () => {
  const path = join(home.folder, 'canary.txt')
  setup = await setUpVault(home, { env: { CANARY_KEY: `${SECRET} broken` } })
  const { vault, actor, store, ring, withSecret, withReference } = setup
  const shown: unknown[] = [vault, ring, ring.kek.key(1), store]
  const { id } = await vault.put(withSecret(SECRET), actor)
  await vault.open(id, OPENAI)
  shown.push(await vault.list(actor.workspaceId), await vault.available(actor.workspaceId))
  shown.push(await vault.replace(id, SECRET, actor), await store.listAudit(actor.workspaceId, 100))
  const byEnv = await vault.put(withReference('env:CANARY_KEY'), actor)
  const byFile = await vault.put(withReference(`file:${path}`), actor)
  await writeFile(path, `${SECRET}\n${SECRET}`)
  const row = await store.findCredential(id)
  if (!row?.sealed) throw new Error('no row')
  const damaged = new Uint8Array(row.sealed)
  damaged[40] = (damaged[40] ?? 0) ^ 1
  for (const failing of [
    () => vault.put(withSecret(`${SECRET}\n${SECRET}`), actor),
    () => vault.put(withSecret(SECRET.repeat(300)), actor),
    () => vault.replace(id, `${SECRET}\u00e4`, actor),
    () => vault.open(id, { baseUrl: 'https://evil.example' }),
    () => vault.open(byEnv.id, OPENAI),
    () => vault.open(byFile.id, OPENAI),
    () => store.putCredential({ ...row, sealed: damaged }, actor).then(() => vault.open(id, OPENAI)),
  ]) {
    const error = await failing().then(
      () => expect.fail('should have failed'),
      (caught: unknown) => caught,
    )
    shown.push(error, error instanceof Error ? [error.stack, error.cause, { ...error }] : error)
  }
  for (const one of shown) {
    const texts = [inspect(one, { depth: 20, showHidden: true, getters: true }), String(one), JSON.stringify(one) ?? '']
    for (const text of texts) expect(text).not.toContain('c4n4ry')
  }
})

async function deksOf({ store, userId }: VaultSetup) {
  return (await store.listDeks()).filter((dek) => dek.userId === userId)
}
