import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { Change } from '../store.ts'
import { makeCredential, NOON, type World } from './subject.ts'

const bytes = (...values: number[]) => new Uint8Array(values)

/** Credentials, data keys, setup links. */
export function vaultSuite(world: () => World): void {
  it('refuses to overwrite a data key', async () => {
    const w = world()
    const dek = {
      id: 'dek_1',
      workspaceId: w.workspace.id,
      userId: null,
      wrapped: bytes(1),
      kekVersion: 1,
      createdAt: NOON,
    }
    await w.store.putDek(dek)
    await expect(w.store.putDek({ ...dek, wrapped: bytes(2) })).rejects.toMatchObject({ code: 'conflict' })
    expect(await w.store.findDek('dek_1')).toEqual(dek)
  })

  it('reseals and rewraps only what is still as the caller read it, once among many', async () => {
    const w = world()
    const place = { workspaceId: w.workspace.id, userId: w.owner.id }
    await w.store.putDek({ id: 'dek_1', ...place, wrapped: bytes(1), kekVersion: 1, createdAt: NOON })
    const credential = makeCredential({ ...place, sealed: bytes(1, 2), dekId: 'dek_1' })
    await w.store.putCredential(credential, w.actor)
    const race = async (attempt: (value: number) => Promise<boolean>) =>
      (await Promise.all([1, 2, 3, 4].map(attempt))).filter(Boolean).length
    expect(await race((n) => w.store.reseal(credential.id, bytes(1, 2), { sealed: bytes(n), dekId: 'dek_1' }))).toBe(1)
    expect(await w.store.reseal(credential.id, bytes(1, 2), { sealed: bytes(9), dekId: 'dek_1' })).toBe(false)
    expect(await race((n) => w.store.rewrapDek('dek_1', bytes(1), { wrapped: bytes(n, n), kekVersion: n }))).toBe(1)
    expect(await w.store.rewrapDek('dek_1', bytes(1), { wrapped: bytes(7), kekVersion: 7 })).toBe(false)
    const dek = await w.store.findDek('dek_1')
    expect(dek?.wrapped).toEqual(bytes(dek?.kekVersion ?? 0, dek?.kekVersion ?? 0))
  })

  it('finds the newest data key of a user, and the workspace\u2019s own apart from it', async () => {
    const w = world()
    const put = (id: string, userId: string | null) =>
      w.store.putDek({ id, workspaceId: w.workspace.id, userId, wrapped: bytes(1), kekVersion: 1, createdAt: NOON })
    for (const id of ['user_old', 'user_new']) await put(id, w.owner.id)
    expect(await w.store.currentDek(w.workspace.id, null)).toBeUndefined()
    await put('shared', null)
    expect(await w.store.currentDek(w.workspace.id, null)).toMatchObject({ id: 'shared' })
    expect(await w.store.currentDek(w.workspace.id, w.owner.id)).toMatchObject({ id: 'user_new' })
    expect((await w.store.listDeks()).map((dek) => dek.id)).toEqual(['user_old', 'user_new', 'shared'])
  })

  it('keeps credentials by priority and then age, replaces, notes and removes them, and tells of it', async () => {
    const w = world()
    const heard: Change[] = []
    w.store.onChange((change) => heard.push(change))
    const make = (name: string, priority: number, createdAt: number) =>
      makeCredential({ workspaceId: w.workspace.id, name, priority, createdAt, reference: 'env:X', sealed: null })
    const [late, early, first] = [make('late', 1, NOON + 1), make('early', 1, NOON), make('first', 0, NOON + 2)]
    for (const credential of [late, early, first]) await w.store.putCredential(credential, w.actor)
    const names = async () => (await w.store.listCredentials(w.workspace.id)).map((credential) => credential.name)
    expect(await names()).toEqual(['first', 'early', 'late'])

    const replaced = {
      ...late,
      sealed: bytes(0, 255),
      reference: null,
      priority: -1,
      disabledAt: NOON,
      updatedAt: NOON + 5,
    }
    await w.store.putCredential(replaced, w.actor)
    await w.store.noteCredential(late.id, { lastUsedAt: NOON + 6 })
    await w.store.noteCredential(late.id, { lastError: '401' })
    await w.store.noteCredential(late.id, {})
    const noted = { ...replaced, lastUsedAt: NOON + 6, lastError: '401' }
    expect(await w.store.findCredential(late.id)).toEqual(noted)
    expect(await names()).toEqual(['late', 'first', 'early'])

    expect(await w.store.removeCredential(early.id, w.actor, NOON)).toBe(true)
    expect(await w.store.removeCredential(early.id, w.actor, NOON)).toBe(false)
    expect(await names()).toEqual(['late', 'first'])
    expect(heard.map((change) => change.kind === 'credential' && change.id)).toEqual(
      [late, early, first, late, early].map((credential) => credential.id),
    )
  })

  it('redeems a setup link once among many, not after its end, and only the newest', async () => {
    const w = world()
    const put = (hash: string) => w.store.putSetupToken({ hash, userId: w.owner.id, expiresAt: NOON + 10 }, w.actor)
    await put('old')
    await put('new')
    expect(await w.store.redeemSetupToken('old', NOON)).toBeUndefined()
    expect(await w.store.redeemSetupToken('new', NOON + 10)).toBeUndefined()
    const tries = await Promise.all(Array.from({ length: 20 }, () => w.store.redeemSetupToken('new', NOON)))
    expect(tries.filter((userId) => userId !== undefined)).toEqual([w.owner.id])
    expect(await w.store.redeemSetupToken('new', NOON)).toBeUndefined()
  })

  it('adds, lists and patches users, and tells of it', async () => {
    const w = world()
    const heard: Change[] = []
    w.store.onChange((change) => heard.push(change))
    const user = {
      ...w.owner,
      id: rowId('user'),
      name: 'Ada',
      email: 'ada@example.com',
      role: 'member',
      createdAt: NOON + 1,
    } as const
    await w.store.createUser(user, w.actor)
    await expect(w.store.createUser(user, w.actor)).rejects.toMatchObject({ code: 'conflict' })
    const patched = { ...user, role: 'admin', disabledAt: NOON + 2 } as const
    expect(await w.store.updateUser(user.id, { role: 'admin', disabledAt: NOON + 2 }, w.actor)).toEqual(patched)
    expect(await w.store.updateUser(user.id, {}, w.actor)).toEqual(patched)
    expect(await w.store.updateUser('user_x', { name: 'x' }, w.actor)).toBeUndefined()
    expect(await w.store.listUsers(w.workspace.id)).toEqual([w.owner, patched])
    expect(heard).toEqual(Array(3).fill({ kind: 'user', id: user.id }))
  })
}
