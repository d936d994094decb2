import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import { admitted } from './caps.ts'
import { makeCredential, makeSettlement, NOON, type World } from './subject.ts'

/** Law 11: what one workspace does is not to be read or changed from another. */
export function tenantsSuite(world: () => World): void {
  it('keeps one workspace\u2019s rows out of every read of another', async () => {
    const w = world()
    const tenant = await w.tenant()
    const other = tenant.workspace.id
    const hold = w.hold(await w.key())
    await admitted(await w.store.reserve(hold)).durable
    await w.store.settle(makeSettlement(hold))
    await w.store.grantCredit(w.owner.id, 500n, w.actor, NOON)
    await w.store.putCredential(makeCredential({ workspaceId: w.workspace.id }), w.actor)
    await w.store.upsertApp(w.workspace.id, 'https://app.example', 'App')
    const provider = { id: 'lab', baseUrl: 'http://127.0.0.1:1', allowPrivate: true, free: true, createdAt: NOON }
    await w.store.putProvider({ ...provider, workspaceId: w.workspace.id }, w.actor)

    expect(await w.store.listKeys(other, { offset: 0, limit: 10, includeDisabled: true })).toEqual([])
    expect(await w.store.findGeneration(hold.callId, other)).toBeUndefined()
    expect(await w.store.findExplanation(hold.callId, other)).toBeUndefined()
    expect(await w.store.recentGenerations(other, 0, 10)).toEqual([])
    expect(await w.store.usage(other, { by: 'model', from: 0, to: NOON * 2 })).toEqual([])
    expect(await w.store.listCredentials(other)).toEqual([])
    expect(await w.store.listProviders(other)).toEqual([])
    expect(await w.store.creditsOf('workspace', other)).toEqual({ granted: 0n, spent: 0n })
    expect(await w.store.spendOf('workspace', other, NOON)).toMatchObject({ total: 0n })
    expect((await w.store.listUsers(other)).map((user) => user.id)).toEqual([tenant.owner.id])
    expect((await w.store.listAudit(other, 10)).map((row) => row.action)).toEqual(['user.create'])
    const app = await w.store.upsertApp(other, 'https://app.example', null)
    expect(app).toMatchObject({ workspaceId: other, title: null })
  })

  it('refuses to change from one workspace what is another\u2019s', async () => {
    const w = world()
    const { actor } = await w.tenant()
    const credential = makeCredential({ workspaceId: w.workspace.id })
    await w.store.putCredential(credential, w.actor)
    const provider = { id: 'lab', baseUrl: 'http://127.0.0.1:1', allowPrivate: true, free: true, createdAt: NOON }
    await w.store.putProvider({ ...provider, workspaceId: w.workspace.id }, w.actor)
    const stolen = { ...credential, workspaceId: actor.workspaceId, baseUrl: 'https://evil.example' }
    await expect(w.store.putCredential(stolen, actor)).rejects.toMatchObject({ code: 'not_found' })
    const planted = makeCredential({ workspaceId: w.workspace.id })
    await expect(w.store.putCredential(planted, actor)).rejects.toMatchObject({ code: 'not_found' })
    expect(await w.store.removeCredential(credential.id, actor, NOON)).toBe(false)
    const taken = { ...provider, workspaceId: actor.workspaceId, baseUrl: 'https://evil.example' }
    await expect(w.store.putProvider(taken, actor)).rejects.toMatchObject({ code: 'conflict' })
    expect(await w.store.removeProvider('lab', actor, NOON)).toBe(false)
    await expect(w.store.grantCredit(w.owner.id, 1n, actor, NOON)).rejects.toMatchObject({ code: 'not_found' })
    expect(await w.store.updateUser(w.owner.id, { role: 'member' }, actor)).toBeUndefined()
    const token = { hash: 'h', userId: w.owner.id, expiresAt: NOON + 1 }
    await expect(w.store.putSetupToken(token, actor)).rejects.toMatchObject({ code: 'not_found' })
    const intruder = { ...w.owner, id: rowId('user') }
    await expect(w.store.createUser(intruder, actor)).rejects.toMatchObject({ code: 'not_found' })

    expect(await w.store.findCredential(credential.id)).toEqual(credential)
    expect(await w.store.findCredential(planted.id)).toBeUndefined()
    expect(await w.store.listProviders(w.workspace.id)).toMatchObject([{ baseUrl: 'http://127.0.0.1:1' }])
    expect(await w.store.findUser(w.owner.id)).toEqual(w.owner)
    expect((await w.store.listAudit(actor.workspaceId, 10)).map((row) => row.action)).toEqual(['user.create'])
  })
}
