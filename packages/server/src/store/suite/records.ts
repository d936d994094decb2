import { createSecretKey, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findViolations } from '../invariants.ts'
import type { UsageGroup } from '../records.ts'
import { admitted } from './caps.ts'
import { DRAFT, makeCredential, makeKey, makeSettlement, NOON, type World } from './subject.ts'

const DAY = 86_400_000

/** What is kept of what happened: usage, credit, audit, copies. */
export function recordsSuite(world: () => World): void {
  it('refuses credit of nothing or less, and for nobody', async () => {
    const w = world()
    for (const amount of [0n, -1n]) {
      const refused = { code: 'invalid_request' }
      await expect(w.store.grantCredit(w.owner.id, amount, w.actor, NOON)).rejects.toMatchObject(refused)
    }
    await expect(w.store.grantCredit('user_x', 1n, w.actor, NOON)).rejects.toMatchObject({ code: 'not_found' })
    expect(await w.store.creditsOf('user', w.owner.id)).toEqual({ granted: 0n, spent: 0n })
  })

  it('adds up credit and what was spent, of a user and of the workspace', async () => {
    const w = world()
    await w.store.grantCredit(w.owner.id, 9_007_199_254_740_993n, w.actor, NOON)
    await w.store.grantCredit(w.owner.id, 7n, w.actor, NOON)
    const hold = w.hold(await w.key())
    await admitted(await w.store.reserve(hold)).durable
    await w.store.settle(makeSettlement(hold, { amount: 33n }))
    const credits = { granted: 9_007_199_254_741_000n, spent: 33n }
    expect(await w.store.creditsOf('user', w.owner.id)).toEqual(credits)
    expect(await w.store.creditsOf('workspace', w.workspace.id)).toEqual(credits)
  })

  it('groups usage by environment, key, model, provider, app, day and tag', async () => {
    const w = world()
    const app = await w.store.upsertApp(w.workspace.id, 'https://app.example', 'My App')
    const [staging, production] = [await w.key({ environment: 'staging' }), await w.key({ environment: 'production' })]
    const odd = '$."o\u0027dd" tag'
    const calls = [
      { key: staging, at: NOON, draft: { ...DRAFT, appId: app.id, tags: { feature: 'search', [odd]: 'yes' } } },
      { key: staging, at: NOON, draft: { ...DRAFT, model: 'a/b', provider: 'groq', tags: { feature: 'chat' } } },
      { key: production, at: NOON + DAY, draft: { ...DRAFT, tags: {} } },
      { key: production, at: NOON + 2 * DAY, draft: DRAFT },
    ]
    for (const { key, at, draft } of calls) {
      const hold = w.hold(key, { at, draft })
      await admitted(await w.store.reserve(hold)).durable
      await w.store.settle(makeSettlement(hold))
    }
    const usage = async (by: UsageGroup) => {
      const rows = await w.store.usage(w.workspace.id, { by, from: NOON, to: NOON + 2 * DAY })
      for (const row of rows) {
        expect(row).toMatchObject({
          tokensPrompt: 16 * row.calls,
          tokensCompletion: 5 * row.calls,
          amount: 40n * BigInt(row.calls),
        })
      }
      return Object.fromEntries(rows.map((row) => [row.group, row.calls]))
    }
    expect(await usage('environment')).toEqual({ staging: 2, production: 1 })
    expect(await usage('key')).toEqual({ [staging.hash]: 2, [production.hash]: 1 })
    expect(await usage('model')).toEqual({ 'openai/gpt-4o': 2, 'a/b': 1 })
    expect(await usage('provider')).toEqual({ openai: 2, groq: 1 })
    expect(await usage('app')).toEqual({ 'My App': 1, '': 2 })
    expect(await usage('day')).toEqual({ '2026-01-15': 2, '2026-01-16': 1 })
    expect(await usage({ tag: 'feature' })).toEqual({ search: 1, chat: 1, '': 1 })
    expect(await usage({ tag: odd })).toEqual({ yes: 1, '': 2 })
  })

  it('gives generations settled since a moment, oldest first, at most as many as asked', async () => {
    const w = world()
    const key = await w.key()
    const ids: string[] = []
    for (let index = 0; index < 4; index++) {
      const hold = w.hold(key)
      await admitted(await w.store.reserve(hold)).durable
      w.clock.time = NOON + index
      await w.store.settle(makeSettlement(hold))
      ids.push(hold.callId)
    }
    const since = await w.store.recentGenerations(w.workspace.id, NOON, 2)
    expect(since.map((record) => record.callId)).toEqual(ids.slice(1, 3))
    expect(since[0]?.attempts).toHaveLength(2)
  })

  it('knows an app by its referer and keeps its title unless given another', async () => {
    const w = world()
    const one = await w.store.upsertApp(w.workspace.id, 'https://one.example', 'One')
    expect(await w.store.upsertApp(w.workspace.id, 'https://one.example', null)).toEqual(one)
    expect(await w.store.upsertApp(w.workspace.id, 'https://one.example', 'Uno')).toEqual({ ...one, title: 'Uno' })
    const two = await w.store.upsertApp(w.workspace.id, 'https://two.example', null)
    expect(two).toMatchObject({ title: null })
    expect(Number.isSafeInteger(two.id) && two.id !== one.id).toBe(true)
  })

  it('keeps settings, the last value of each', async () => {
    const w = world()
    expect(await w.store.getSetting('canary')).toBeUndefined()
    await w.store.putSetting('canary', 'a')
    await w.store.putSetting('canary', 'b')
    expect(await w.store.getSetting('canary')).toBe('b')
    await w.store.ping()
  })

  it('writes an audit row with each act that has an actor, in a chain that breaks when one is altered', async () => {
    const w = world()
    const actor = { ...w.actor, ip: '192.0.2.7' }
    const key = await w.key()
    const successor = makeKey({ workspaceId: w.workspace.id, userId: w.owner.id })
    const credential = makeCredential({ workspaceId: w.workspace.id })
    const provider = {
      id: 'lab',
      workspaceId: w.workspace.id,
      baseUrl: 'http://h',
      allowPrivate: true,
      free: true,
      createdAt: NOON,
    }
    await w.store.updateKey(key.hash, { limit: 9_007_199_254_740_993n }, actor, NOON + 1)
    await w.store.rotateKey(key.hash, successor, NOON, actor)
    await w.store.revokeKey(key.hash, actor, NOON)
    await w.store.grantCredit(w.owner.id, 5n, actor, NOON)
    await w.store.putCredential(credential, actor)
    await w.store.removeCredential(credential.id, actor, NOON)
    await w.store.putProvider(provider, actor)
    await w.store.removeProvider('lab', actor, NOON)
    await w.store.createUser({ ...w.owner, id: 'user_2' }, actor)
    await w.store.updateUser('user_2', { name: 'Two' }, actor)
    await w.store.putSetupToken({ hash: 'secret hash', userId: 'user_2', expiresAt: NOON }, actor)
    await w.store.appendAudit(actor, 'vault.rotate', 'kek', { version: 2 }, NOON)

    const rows = await w.store.listAudit(w.workspace.id, 100)
    expect(rows.map((row) => row.action).reverse()).toEqual([
      ...[
        'key.create',
        'key.update',
        'key.rotate',
        'key.revoke',
        'credit.grant',
        'credential.put',
        'credential.remove',
      ],
      ...['provider.put', 'provider.remove', 'user.create', 'user.update', 'user.setup-link', 'vault.rotate'],
    ])
    expect(rows.at(-2)).toEqual({
      seq: 2,
      at: NOON + 1,
      actor: w.owner.id,
      action: 'key.update',
      object: key.hash,
      outcome: 'done',
      details: { limit: '9007199254740993', ip: '192.0.2.7' },
    })
    expect(JSON.stringify(rows)).not.toContain('secret hash')
    expect((await w.store.listAudit(w.workspace.id, 2)).map((row) => row.seq)).toEqual([13, 12])
    expect(await findViolations(w.subject.query)).toEqual([])
    const tampered = async (sql: string) =>
      (await w.subject.query(sql)).map((row) => (Number(row['seq']) === 3 ? { ...row, actor: 'somebody else' } : row))
    expect(await findViolations(tampered)).toEqual(['the audit rows form an unbroken chain: broken at row 3'])
  })

  it('seals the end of the chain with each row, in whichever process, and in a backup too', async () => {
    const w = world()
    await w.key()
    await expect(w.store.findAuditSeal()).rejects.toThrow('before the root key')
    const keys = { installId: w.store.installId, primary: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) }
    await w.store.useAuditKeys(keys, 'never-sealed')
    const first = { since: 1, brokenAt: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(await w.store.findAuditSeal()).toEqual({ state: 'fits', seal: { ...first, seq: 1 } })
    await Promise.all([1, 2, 3].map((at) => w.store.appendAudit(w.actor, 'vault.rotate', 'kek', {}, at)))
    expect(await w.store.findAuditSeal()).toEqual({ state: 'fits', seal: { ...first, seq: 4 } })
    // An act that fails after its row takes the seal back with it.
    await expect(w.store.createKey(await w.key(), w.actor)).rejects.toMatchObject({ code: 'conflict' })
    expect(await w.store.findAuditSeal()).toMatchObject({ seal: { seq: 5, brokenAt: null } })
    const path = join(w.subject.folder, 'sealed.db')
    await w.store.backup(path)
    const copy = await w.subject.openBackup(path, w.clock)
    try {
      await copy.useAuditKeys(keys, 'lost')
      expect(await copy.findAuditSeal()).toMatchObject({ state: 'fits', seal: { ...first, seq: 5 } })
      await copy.useAuditKeys({ ...keys, installId: 'another' }, 'lost')
      expect(await copy.findAuditSeal()).toEqual({ state: 'forged' })
    } finally {
      await copy.close()
    }
  })

  it('writes no audit row for an act that failed', async () => {
    const w = world()
    const key = await w.key()
    await expect(w.store.createKey(key, w.actor)).rejects.toMatchObject({ code: 'conflict' })
    await w.store.revokeKey('nothing', w.actor, NOON)
    expect(await w.store.listAudit(w.workspace.id, 10)).toHaveLength(1)
  })

  it('copies itself while in use into one file that opens as it was', async () => {
    const w = world()
    const key = await w.key({ limit: 9_007_199_254_740_993n })
    const hold = w.hold(key)
    await admitted(await w.store.reserve(hold)).durable
    await w.store.settle(makeSettlement(hold))
    await w.store.putCredential(makeCredential({ workspaceId: w.workspace.id }), w.actor)
    const generation = await w.store.findGeneration(hold.callId, w.workspace.id)
    const path = join(w.subject.folder, 'copy.db')
    await Promise.all([w.store.backup(path), w.store.putSetting('during', 'x')])
    await expect(w.store.backup(path)).rejects.toThrow()

    const copy = await w.subject.openBackup(path, w.clock)
    try {
      expect(copy.installId).toBe(w.store.installId)
      expect(await copy.findKey(key.hash)).toEqual(key)
      expect(await copy.findGeneration(hold.callId, w.workspace.id)).toEqual(generation)
      expect(await copy.listCredentials(w.workspace.id)).toEqual(await w.store.listCredentials(w.workspace.id))
      expect(await copy.listAudit(w.workspace.id, 10)).toEqual(await w.store.listAudit(w.workspace.id, 10))
      expect(await copy.spendOf('key', key.hash, NOON)).toEqual(await w.store.spendOf('key', key.hash, NOON))
    } finally {
      await copy.close()
    }
  })
}
