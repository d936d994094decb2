import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { ConnectFlowRecord } from '../link-records.ts'
import type { Actor, CredentialRecord, User } from '../records.ts'
import type { Identity } from '../visitor-store.ts'
import { NOON, type World } from './subject.ts'

/** How many come at once where only some may succeed. */
const CROWD = 20
const USERS_MAX = 1000

const SAM: Identity = { issuer: 'openrouter', issuerUrl: 'https://openrouter.ai', accountId: 'user_sam' }

/** People who come in by themselves, and people who leave for good. */
export function newcomersSuite(world: () => World): void {
  const someone = (fields: Partial<User> = {}): User => ({
    ...world().owner,
    id: rowId('user'),
    name: 'Somebody',
    role: 'member',
    createdAt: NOON,
    ...fields,
  })
  const as = (user: User): Actor => ({ id: user.id, workspaceId: user.workspaceId })
  const password = (user: User, login: string) => ({
    method: 'password' as const,
    password: {
      ...{ userId: user.id, workspaceId: user.workspaceId, login, cost: 2, blockSize: 8, parallelism: 1 },
      ...{ salt: new Uint8Array([1]), hash: new Uint8Array([2]), changedAt: NOON },
    },
  })
  const visitor = async (fields: Partial<User> = {}) => {
    const user = someone(fields)
    await world().store.createVisitor(user, { usersMax: USERS_MAX, actor: as(user) })
    return user
  }
  const session = (user: User) => ({
    ...{ id: rowId('ses'), mac: rowId('mac'), workspaceId: user.workspaceId, userId: user.id },
    ...{ method: 'visitor' as const, authenticatedAt: NOON, createdAt: NOON, lastSeenAt: NOON, expiresAt: NOON + 1000 },
    ...{ ip: null, userAgent: null },
  })
  const flow = (user: User): ConnectFlowRecord => ({
    ...{ id: rowId('flow'), workspaceId: user.workspaceId, userId: user.id, ...SAM, stateHash: rowId('s') },
    ...{ cookieHash: 'c', verifier: new Uint8Array([1]), returnTo: '/', createdAt: NOON, expiresAt: NOON + 1 },
    ...{ consumedAt: null, outcome: null, pending: null },
  })

  it('makes a user with their login, or neither', async () => {
    const { store } = world()
    const [ada, grace] = [someone(), someone()]
    await store.signUp(ada, password(ada, 'ada'), { usersMax: USERS_MAX, actor: as(ada) })
    expect((await store.findPassword({ login: 'ada' }))?.userId).toBe(ada.id)
    expect(await store.findUser(ada.id)).toEqual(ada)
    const guest = { ...someone(), guest: true } as const
    await store.signUp(guest, password(guest, 'guest'), { usersMax: USERS_MAX, actor: as(guest) })
    expect(await store.findUser(guest.id)).toEqual(guest)
    const { guest: _, ...member } = guest
    expect(await store.updateUser(guest.id, { guest: false }, as(ada))).toEqual(member)
    expect(await store.updateUser(guest.id, { guest: true }, as(ada))).toEqual(guest)
    const taken = store.signUp(grace, password(grace, 'ada'), { usersMax: USERS_MAX, actor: as(grace) })
    await expect(taken).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findUser(grace.id)).toBeUndefined()
    const again = store.signUp(ada, password(ada, 'other'), { usersMax: USERS_MAX, actor: as(ada) })
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findPassword({ login: 'other' })).toBeUndefined()
  })

  it('never has more users than it may, however many come at once', async () => {
    const { store, actor } = world()
    const come = Array.from({ length: CROWD }, async () => {
      const user = someone()
      await store.signUp(user, password(user, user.id), { usersMax: 5, actor: as(user) })
    })
    const outcomes = await Promise.allSettled(come)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(await store.listUsers(actor.workspaceId)).toHaveLength(5)
    const user = someone()
    const one = store.createVisitor(user, { usersMax: 5, actor: as(user) })
    await expect(one).rejects.toMatchObject({ code: 'conflict' })
  })

  it('adds nobody to another workspace than the actor\u2019s', async () => {
    const w = world()
    const other = await w.tenant()
    const user = someone()
    const terms = { usersMax: USERS_MAX, actor: other.actor }
    await expect(w.store.signUp(user, password(user, 'x'), terms)).rejects.toMatchObject({ code: 'not_found' })
    const mine = await visitor()
    expect(await w.store.identifyVisitor(mine.id, SAM, { at: NOON, actor: other.actor })).toBeUndefined()
    expect(await w.store.eraseUser(mine.id, { at: NOON, actor: other.actor })).toBe(false)
  })

  it('knows a visitor by issuer, address and id together, and the first keeps the identity', async () => {
    const { store, actor } = world()
    const crowd = await Promise.all(Array.from({ length: CROWD }, () => visitor()))
    const ids = await Promise.all(
      crowd.map((user) => store.identifyVisitor(user.id, SAM, { at: NOON, actor: as(user) })),
    )
    expect(new Set(ids).size).toBe(1)
    expect(crowd.map(({ id }) => id)).toContain(ids[0])
    const others = crowd.filter(({ id }) => id !== ids[0])
    const identities = [
      { ...SAM, issuer: 'other' },
      { ...SAM, issuerUrl: 'https://openrouter.ai/' },
      { ...SAM, accountId: 'USER_SAM' },
    ]
    for (const [n, identity] of identities.entries()) {
      const user = others[n] as User
      expect(await store.identifyVisitor(user.id, identity, { at: NOON, actor: as(user) })).toBe(user.id)
      const second = { ...SAM, accountId: 'user_second' }
      expect(await store.identifyVisitor(user.id, second, { at: NOON, actor: as(user) })).toBeUndefined()
      expect(await store.findVisitor(user.id)).toEqual({ userId: user.id, createdAt: NOON, identity })
    }
    expect(await store.listUsers(actor.workspaceId)).toHaveLength(1 + 1 + identities.length)
    expect(await store.findVisitor(actor.id)).toBeUndefined()
  })

  it('removes a visitor who never arrived with every trace, and none who did', async () => {
    const { store } = world()
    const [gone, stays, late] = [await visitor(), await visitor(), await visitor({ createdAt: NOON + 1 })]
    for (const user of [gone, stays]) {
      await store.createSession(session(user), { replaces: null, keep: 5, actor: as(user) })
      await store.beginConnectFlow(flow(user), { keep: 5, forgetBefore: 0, actor: as(user) })
    }
    await store.identifyVisitor(stays.id, SAM, { at: NOON, actor: as(stays) })
    expect(await store.removeVisitor(stays.id)).toBe(false)
    expect(await store.forgetVisitors(NOON + 1)).toBe(1)
    expect(await Promise.all([gone, stays, late].map(({ id }) => store.findUser(id)))).toMatchObject([
      undefined,
      { id: stays.id },
      { id: late.id },
    ])
    expect(await store.listSessions(stays.id)).toHaveLength(1)
    expect(await store.removeVisitor(late.id)).toBe(true)
    expect(await store.removeVisitor(world().owner.id)).toBe(false)
  })

  it('leaves of a person who leaves the ledger and a user without a name', async () => {
    const w = world()
    const { store } = w
    const user = someone({ name: 'Grace Hopper', email: 'grace@example.com', role: 'owner' })
    await store.createUser(user, w.actor)
    await store.putPassword(password(user, 'grace').password, { keepSession: '', actor: as(user) })
    await store.createSession(session(user), { replaces: null, keep: 5, actor: as(user) })
    await store.beginConnectFlow(flow(user), { keep: 5, forgetBefore: 0, actor: as(user) })
    await store.takeDailyMessage(user.id, { day: 1, limit: 5 })
    await store.grantCredit(user.id, 5n, w.actor, NOON)
    await store.putDek({
      ...{ id: 'dek_grace', workspaceId: user.workspaceId, userId: user.id, wrapped: new Uint8Array([7]) },
      ...{ kekVersion: 1, createdAt: NOON },
    })
    const credential: CredentialRecord = {
      ...{ id: 'cred_grace', workspaceId: user.workspaceId, userId: user.id, provider: 'openai', name: 'x' },
      ...{
        origin: 'pasted',
        reach: 'own',
        baseUrl: 'https://api.openai.com',
        sealed: new Uint8Array([1]),
        reference: null,
      },
      ...{ dekId: 'dek_grace', hint: 'sk', priority: 1, allowPrivate: false, disabledAt: null, createdAt: NOON },
      ...{ updatedAt: null, lastUsedAt: null, lastError: null },
    }
    await store.putCredential(credential, as(user))
    const key = await w.key({ userId: user.id, name: 'Grace\u2019s laptop' })
    const heard: unknown[] = []
    const stop = store.onChange((change) => heard.push(change))

    expect(await store.eraseUser(user.id, { at: NOON + 5, actor: as(user) })).toBe(true)
    expect(await store.eraseUser(user.id, { at: NOON + 6, actor: as(user) })).toBe(false)
    stop()
    expect(heard).toEqual(
      expect.arrayContaining([
        { kind: 'user', id: user.id },
        { kind: 'credential', id: 'cred_grace' },
        { kind: 'key', hash: key.hash, mac: key.mac },
      ]),
    )
    expect(await store.findUser(user.id)).toMatchObject({ name: 'Deleted account', email: null, disabledAt: NOON + 5 })
    expect(await store.findKey(key.hash)).toMatchObject({ name: '', revokedAt: NOON + 5 })
    expect((await store.creditsOf('user', user.id)).granted).toBe(5n)
    expect(await store.findPassword({ login: 'grace' })).toBeUndefined()
    expect(await store.findCredential('cred_grace')).toBeUndefined()
    expect(await store.findDek('dek_grace')).toBeUndefined()
    expect(await store.listSessions(user.id)).toEqual([])
    expect((await store.listUsers(user.workspaceId)).map(({ id }) => id)).toEqual([w.owner.id])
    expect(await store.updateUser(user.id, { disabledAt: null, name: 'Grace' }, w.actor)).toBeUndefined()
    const audit = JSON.stringify(await store.listAudit(user.workspaceId, 100))
    expect(audit).toContain('user.delete')
    for (const word of ['Hopper', 'grace@example.com']) expect(audit).not.toContain(word)
  })

  it('keeps the last owner, also when all leave at once', async () => {
    const w = world()
    const { store } = w
    const others = [
      someone({ role: 'owner' }),
      someone({ role: 'owner' }),
      someone({ role: 'owner', disabledAt: NOON }),
    ]
    for (const user of others) await store.createUser(user, w.actor)
    const all = [w.owner, ...others]
    const outcomes = await Promise.allSettled(
      all.map((user) => store.eraseUser(user.id, { at: NOON, actor: as(user) })),
    )
    const standing = (await store.listUsers(w.workspace.id)).filter(({ disabledAt }) => disabledAt === null)
    expect(standing).toHaveLength(1)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect((await store.bootstrap()).owner.id).toBe(standing[0]?.id)
  })
}
