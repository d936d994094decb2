import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { Actor, User } from '../records.ts'
import { NOON, type World } from './subject.ts'

/** How many of something happen at once where only one may succeed. */
const CROWD = 20
const SECRET = new Uint8Array([1, 2, 255])

/** Authenticator apps and recovery codes. */
export function secondFactorsSuite(world: () => World): void {
  const begin = (user: User, sealed = SECRET) => {
    const actor = { id: user.id, workspaceId: user.workspaceId }
    const factor = { userId: user.id, workspaceId: user.workspaceId, sealed, createdAt: NOON }
    return world().store.beginSecondFactor(factor, actor)
  }
  const confirm = (user: User, fields: { sealed?: Uint8Array; macs?: string[]; actor?: Actor; keep?: string } = {}) =>
    world().store.confirmSecondFactor(user.id, {
      sealed: fields.sealed ?? SECRET,
      step: 10,
      macs: fields.macs ?? ['m1', 'm2'],
      at: NOON,
      keepSession: fields.keep ?? '',
      actor: fields.actor ?? world().actor,
    })
  const session = async (user: User) => {
    const id = rowId('ses')
    const times = { authenticatedAt: NOON, createdAt: NOON, lastSeenAt: NOON, expiresAt: NOON + 1000 }
    const { workspaceId } = user
    const made = {
      id,
      mac: rowId('mac'),
      workspaceId,
      userId: user.id,
      method: 'password',
      ip: null,
      userAgent: null,
    } as const
    await world().store.createSession({ ...made, ...times }, { replaces: null, keep: 9, actor: world().actor })
    return id
  }

  it('takes no step and no code of a secret that was not confirmed', async () => {
    const { store, owner, actor } = world()
    await begin(owner)
    expect(await store.takeTotpStep(owner.id, { sealed: SECRET, step: 10 })).toBe(false)
    expect(await store.renewRecoveryCodes(owner.id, { macs: ['m1'], at: NOON, actor })).toBe(false)
    expect(await store.takeRecoveryCode(owner.id, { macs: ['m1'], at: NOON, actor })).toBe(false)
    expect(await store.countRecoveryCodes(owner.id)).toBe(0)
  })

  it('replaces a secret that waits, confirms only the one that waits, and replaces none that counts', async () => {
    const { store, owner } = world()
    const other = new Uint8Array([7])
    await begin(owner, other)
    await begin(owner)
    expect(await confirm(owner, { sealed: other })).toBe(false)
    const tries = await Promise.all(Array.from({ length: CROWD }, () => confirm(owner)))
    expect(tries.filter(Boolean)).toHaveLength(1)
    await expect(begin(owner, other)).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findSecondFactor(owner.id)).toEqual({
      userId: owner.id,
      workspaceId: owner.workspaceId,
      sealed: SECRET,
      lastStep: 10,
      createdAt: NOON,
      confirmedAt: NOON,
    })
  })

  it('ends the other sessions when it begins to count, and all but one when it goes', async () => {
    const { store, owner, actor } = world()
    const [kept] = [await session(owner), await session(owner)]
    await begin(owner)
    expect(await store.listSessions(owner.id)).toHaveLength(2)
    await confirm(owner, { keep: kept })
    expect((await store.listSessions(owner.id)).map(({ id }) => id)).toEqual([kept])
    await session(owner)
    expect(await store.removeSecondFactor(owner.id, { keepSession: kept, at: NOON, actor })).toBe(true)
    expect((await store.listSessions(owner.id)).map(({ id }) => id)).toEqual([kept])
    expect(await store.removeSecondFactor(owner.id, { keepSession: null, at: NOON, actor })).toBe(false)
    expect(await store.findSecondFactor(owner.id)).toBeUndefined()
    const actions = (await store.listAudit(owner.workspaceId, 20)).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['factor.add', 'factor.remove']))
  })

  it('takes a step once among many, and none before it', async () => {
    const { store, owner } = world()
    await begin(owner)
    await confirm(owner)
    const take = (step: number, sealed = SECRET) => store.takeTotpStep(owner.id, { sealed, step })
    expect(await take(10)).toBe(false)
    const tries = await Promise.all(Array.from({ length: CROWD }, () => take(12)))
    expect(tries.filter(Boolean)).toHaveLength(1)
    expect(await take(11)).toBe(false)
    expect(await take(13, new Uint8Array([9]))).toBe(false)
    expect(await take(13)).toBe(true)
  })

  it('takes a recovery code once among many, of its own user, and none that was replaced', async () => {
    const { store, owner, actor } = world()
    const ada: User = { ...owner, id: rowId('user'), name: 'Ada', role: 'member' }
    await store.createUser(ada, actor)
    await begin(owner)
    await confirm(owner)
    const take = (user: User, macs: string[]) => store.takeRecoveryCode(user.id, { macs, at: NOON + 1, actor })
    expect(await take(ada, ['m1'])).toBe(false)
    expect(await take(owner, [])).toBe(false)
    const tries = await Promise.all(Array.from({ length: CROWD }, () => take(owner, ['old', 'm1'])))
    expect(tries.filter(Boolean)).toHaveLength(1)
    expect(await store.countRecoveryCodes(owner.id)).toBe(1)
    expect(await store.renewRecoveryCodes(owner.id, { macs: ['n1', 'n2', 'n3'], at: NOON, actor })).toBe(true)
    expect(await take(owner, ['m2'])).toBe(false)
    expect(await store.countRecoveryCodes(owner.id)).toBe(3)
    expect(await take(owner, ['n3'])).toBe(true)
  })

  it('does nothing for another workspace', async () => {
    const w = world()
    const { actor } = await w.tenant()
    const factor = { userId: w.owner.id, workspaceId: w.owner.workspaceId, sealed: SECRET, createdAt: NOON }
    await expect(w.store.beginSecondFactor(factor, actor)).rejects.toMatchObject({ code: 'not_found' })
    await begin(w.owner)
    expect(await confirm(w.owner, { actor })).toBe(false)
    await confirm(w.owner)
    expect(await w.store.renewRecoveryCodes(w.owner.id, { macs: ['x'], at: NOON, actor })).toBe(false)
    expect(await w.store.removeSecondFactor(w.owner.id, { keepSession: null, at: NOON, actor })).toBe(false)
    expect(await w.store.countRecoveryCodes(w.owner.id)).toBe(2)
  })
}
