import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { IdentityRecord } from '../identity-store.ts'
import type { User } from '../records.ts'
import { NOON, type World } from './subject.ts'

/** How many of something happen at once where only one may succeed. */
const CROWD = 20
const ISSUER = 'https://accounts.example.com'

/** Accounts elsewhere by which people sign in. */
export function identitiesSuite(world: () => World): void {
  const identity = (user: User, fields: Partial<IdentityRecord> = {}): IdentityRecord => ({
    id: rowId('idn'),
    workspaceId: user.workspaceId,
    userId: user.id,
    provider: 'company',
    issuer: ISSUER,
    subject: 'sub-1',
    label: 'ada@example.com',
    createdAt: NOON,
    lastUsedAt: null,
    ...fields,
  })
  const newcomer = (): User => ({ ...world().owner, id: rowId('user'), name: 'Ada', role: 'member', createdAt: NOON })
  const member = async () => {
    const user = newcomer()
    await world().store.createUser(user, world().actor)
    return user
  }
  const add = (one: IdentityRecord, keepSession: string | null = null) =>
    world().store.addIdentity(one, { keepSession, actor: world().actor })

  it('is one person\u2019s: the same subject of the same issuer is added to nobody else, nor twice', async () => {
    const { store, owner } = world()
    const ada = await member()
    const hers = identity(ada)
    expect(await add(hers)).toBe(true)
    expect(await add(identity(owner))).toBe(false)
    expect(await add(identity(ada))).toBe(false)
    expect(await add(identity(owner, { issuer: 'https://other.example.com' }))).toBe(true)
    expect(await store.findIdentity({ issuer: ISSUER, subject: 'sub-1' })).toEqual(hers)
    expect(await store.findIdentity({ issuer: ISSUER, subject: 'SUB-1' })).toBeUndefined()
    expect(await store.listIdentities(ada.id)).toEqual([hers])
  })

  it('makes one user of many sign-ups at once, and none beyond the number there may be', async () => {
    const { store, actor } = world()
    const tries = await Promise.all(
      Array.from({ length: CROWD }, () => {
        const user = newcomer()
        return store.signUpByIdentity(user, identity(user), { usersMax: 10, actor })
      }),
    )
    expect(new Set(tries).size).toBe(1)
    expect(await store.listUsers(actor.workspaceId)).toHaveLength(2)
    const late = newcomer()
    const full = store.signUpByIdentity(late, identity(late, { subject: 'sub-2' }), { usersMax: 2, actor })
    await expect(full).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findUser(late.id)).toBeUndefined()
    expect((await store.listAudit(actor.workspaceId, 5)).map(({ action }) => action)).toContain('user.sign-up')
  })

  it('notes what it was used for, and is removed by its own user alone, but for the last way in', async () => {
    const { store, owner, actor } = world()
    const ada = await member()
    const hers = identity(ada)
    await add(hers)
    await store.noteIdentity(hers.id, { label: 'ada@new.example', at: NOON + 1 })
    expect(await store.listIdentities(ada.id)).toEqual([{ ...hers, label: 'ada@new.example', lastUsedAt: NOON + 1 }])
    const remove = (userId: string) => store.removeIdentity(hers.id, { userId, keepSession: '', actor })
    expect(await remove(owner.id)).toBe(false)
    await expect(remove(ada.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.listIdentities(ada.id)).toHaveLength(1)
    const other = identity(ada, { subject: 'sub-2' })
    await add(other)
    expect(await remove(ada.id)).toBe(true)
    expect(await remove(ada.id)).toBe(false)
    expect(await store.listIdentities(ada.id)).toEqual([other])
  })

  it('is a way in, so that the last passkey beside it can go', async () => {
    const { store, actor } = world()
    const ada = await member()
    const terms = { userId: ada.id, keepSession: '', actor }
    const passkey = {
      id: rowId('pk'),
      workspaceId: ada.workspaceId,
      userId: ada.id,
      name: 'Laptop',
      rpId: 'localhost',
      publicKey: new Uint8Array([9]),
      counter: 0,
      transports: [],
      synced: false,
      createdAt: NOON,
      lastUsedAt: null,
    }
    await store.addPasskey(passkey, terms)
    await expect(store.removePasskey(passkey.id, terms)).rejects.toMatchObject({ code: 'conflict' })
    await add(identity(ada))
    expect(await store.removePasskey(passkey.id, terms)).toBe(true)
  })

  it('does nothing for another workspace, and goes with its user', async () => {
    const w = world()
    const { actor } = await w.tenant()
    const ada = await member()
    const foreign = w.store.addIdentity(identity(ada), { keepSession: null, actor })
    await expect(foreign).rejects.toMatchObject({ code: 'not_found' })
    const hers = identity(ada)
    await add(hers)
    await add(identity(ada, { subject: 'sub-2' }))
    expect(await w.store.removeIdentity(hers.id, { userId: ada.id, keepSession: '', actor })).toBe(false)
    await w.store.eraseUser(ada.id, { at: NOON, actor: w.actor })
    expect(await w.store.listIdentities(ada.id)).toEqual([])
    expect(await w.store.findIdentity({ issuer: ISSUER, subject: 'sub-1' })).toBeUndefined()
  })
}
