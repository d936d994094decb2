import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { PasskeyRecord, PasswordRecord, SessionRecord } from '../account-records.ts'
import type { User } from '../records.ts'
import { NOON, type World } from './subject.ts'

const bytes = (...values: number[]) => new Uint8Array(values)
/** How many of something happen at once where only one may succeed. */
const CROWD = 20

/** Sessions, passwords, passkeys, setup links, challenges and the day's messages. */
export function accountsSuite(world: () => World): void {
  const member = async (name: string): Promise<User> => {
    const w = world()
    const user: User = { ...w.owner, id: rowId('user'), name, role: 'member', createdAt: NOON + 1 }
    await w.store.createUser(user, w.actor)
    return user
  }
  const session = (user: User, fields: Partial<SessionRecord> = {}): SessionRecord => ({
    id: rowId('ses'),
    mac: rowId('mac'),
    workspaceId: user.workspaceId,
    userId: user.id,
    method: 'password',
    authenticatedAt: NOON,
    createdAt: NOON,
    lastSeenAt: NOON,
    expiresAt: NOON + 1000,
    ip: '127.0.0.1',
    userAgent: null,
    ...fields,
  })
  const begin = async (user: User, fields: Partial<SessionRecord> = {}, replaces: string | null = null) => {
    const made = session(user, fields)
    await world().store.createSession(made, {
      replaces,
      keep: 3,
      actor: { id: user.id, workspaceId: user.workspaceId },
    })
    return made
  }
  const password = (user: User, login: string): PasswordRecord => ({
    userId: user.id,
    workspaceId: user.workspaceId,
    login,
    cost: 2,
    blockSize: 8,
    parallelism: 1,
    salt: bytes(1, 2),
    hash: bytes(3, 255),
    changedAt: NOON,
  })
  const passkey = (user: User, fields: Partial<PasskeyRecord> = {}): PasskeyRecord => ({
    id: rowId('pk'),
    workspaceId: user.workspaceId,
    userId: user.id,
    name: 'Laptop',
    rpId: 'localhost',
    publicKey: bytes(9),
    counter: 0,
    transports: ['internal'],
    synced: false,
    createdAt: NOON,
    lastUsedAt: null,
    ...fields,
  })
  const idsOf = async (user: User) => (await world().store.listSessions(user.id)).map(({ id }) => id)

  it('begins a session in place of another, finds it by its MAC alone, and notes its use', async () => {
    const { store, owner } = world()
    const old = await begin(owner)
    const next = await begin(owner, { method: 'passkey', userAgent: 'test' }, old.id)
    expect(await store.findSession(old.mac)).toBeUndefined()
    expect(await store.findSession(next.id)).toBeUndefined()
    expect(await store.findSession(next.mac)).toEqual(next)
    await store.touchSession(next.id, { at: NOON + 5, ip: null })
    expect(await store.findSession(next.mac)).toEqual({ ...next, lastSeenAt: NOON + 5, ip: null })
  })

  it('keeps as many sessions as it is told to, the latest used, and none that has ended', async () => {
    const { owner } = world()
    await begin(owner, { expiresAt: NOON })
    const made = []
    for (let at = 1; at <= 5; at++) made.push(await begin(owner, { lastSeenAt: NOON + at, createdAt: NOON }))
    expect(await idsOf(owner)).toEqual([made[4], made[3], made[2]].map((one) => one?.id))
  })

  it('ends one, the others, or all of a user\u2019s sessions, and nobody else\u2019s', async () => {
    const { store, owner, actor } = world()
    const ada = await member('Ada')
    const hers = await begin(ada)
    const [a, b, c] = [await begin(owner), await begin(owner), await begin(owner)]
    expect(await store.endSessions({ userId: owner.id, only: hers.id }, actor)).toBe(0)
    expect(await store.endSessions({ userId: owner.id, only: a.id }, actor)).toBe(1)
    expect(await store.endSessions({ userId: owner.id, except: b.id }, actor)).toBe(1)
    expect(await idsOf(owner)).toEqual([b.id])
    expect(await store.findSession(c.mac)).toBeUndefined()
    expect(await store.endSessions({ userId: owner.id }, actor)).toBe(1)
    expect(await idsOf(ada)).toEqual([hers.id])
  })

  it('does nothing for another workspace', async () => {
    const w = world()
    const { actor } = await w.tenant()
    const mine = await begin(w.owner)
    const terms = { keepSession: '', actor }
    await expect(w.store.createSession(session(w.owner), { replaces: null, keep: 3, actor })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await w.store.endSessions({ userId: w.owner.id }, actor)).toBe(0)
    await expect(w.store.putPassword(password(w.owner, 'x'), terms)).rejects.toMatchObject({ code: 'not_found' })
    await expect(w.store.addPasskey(passkey(w.owner), terms)).rejects.toMatchObject({ code: 'not_found' })
    const own = passkey(w.owner)
    await w.store.addPasskey(own, { keepSession: mine.id, actor: w.actor })
    expect(await w.store.removePasskey(own.id, { userId: w.owner.id, ...terms })).toBe(false)
    expect(await idsOf(w.owner)).toEqual([mine.id])
  })

  it('keeps one password a user and one user a name, and ends the other sessions when it changes', async () => {
    const { store, owner, actor } = world()
    const ada = await member('Ada')
    expect(await store.countLogins()).toEqual({ passkeys: 0, passwords: 0 })
    const [kept] = [await begin(owner), await begin(owner)]
    await store.putPassword(password(owner, 'owner'), { keepSession: kept.id, actor })
    expect(await idsOf(owner)).toEqual([kept.id])
    const changed = { ...password(owner, 'boss'), hash: bytes(7) }
    await store.putPassword(changed, { keepSession: kept.id, actor })
    expect(await store.findPassword({ login: 'owner' })).toBeUndefined()
    expect(await store.findPassword({ login: 'boss' })).toEqual(changed)
    expect(await store.findPassword({ userId: owner.id })).toEqual(changed)
    const taken = store.putPassword(password(ada, 'boss'), { keepSession: '', actor })
    await expect(taken).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.countLogins()).toEqual({ passkeys: 0, passwords: 1 })
  })

  it('notes a passkey\u2019s use once among many with the same counter', async () => {
    const { store, owner, actor } = world()
    const made = passkey(owner, { counter: 4 })
    await store.addPasskey(made, { keepSession: '', actor })
    await expect(store.addPasskey(made, { keepSession: '', actor })).rejects.toMatchObject({ code: 'conflict' })
    const use = { counterBefore: 4, counter: 5, synced: true, at: NOON + 1 }
    const tries = await Promise.all(Array.from({ length: CROWD }, () => store.notePasskey(made.id, use)))
    expect(tries.filter(Boolean)).toHaveLength(1)
    const noted = { ...made, counter: 5, synced: true, lastUsedAt: NOON + 1 }
    expect(await store.findPasskey(made.id)).toEqual(noted)
    expect(await store.listPasskeys(owner.id)).toEqual([noted])
  })

  it('does not remove the last way to sign in', async () => {
    const { store, owner, actor } = world()
    const [a, b] = [passkey(owner), passkey(owner)]
    for (const one of [a, b]) await store.addPasskey(one, { keepSession: '', actor })
    const remove = (id: string) => store.removePasskey(id, { userId: owner.id, keepSession: '', actor })
    expect(await remove(a.id)).toBe(true)
    expect(await remove(a.id)).toBe(false)
    await expect(remove(b.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findPasskey(b.id)).toEqual(b)
    const c = passkey(owner)
    await store.addPasskey(c, { keepSession: '', actor })
    const both = await Promise.allSettled([remove(b.id), remove(c.id)])
    expect(both.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    await store.putPassword(password(owner, 'owner'), { keepSession: '', actor })
    const [left] = await store.listPasskeys(owner.id)
    expect(await remove(left?.id ?? '')).toBe(true)
  })

  it('completes a setup once among many, ends the user\u2019s sessions, and spends no link on a name that is taken', async () => {
    const { store, owner, actor, workspace } = world()
    const ada = await member('Ada')
    await store.putPassword(password(ada, 'ada'), { keepSession: '', actor })
    await begin(owner)
    await store.putSetupToken({ hash: 'h', userId: owner.id, expiresAt: NOON + 10 }, actor)
    const found = { userId: owner.id, workspaceId: workspace.id, expiresAt: NOON + 10 }
    expect(await store.findSetupToken('h', NOON)).toEqual(found)
    expect(await store.findSetupToken('h', NOON + 10)).toBeUndefined()
    const complete = (login: string) =>
      store.completeSetup(
        'h',
        { method: 'password', password: password(owner, login) },
        { at: NOON, workspaceId: workspace.id },
      )
    await expect(complete('ada')).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findSetupToken('h', NOON)).toEqual(found)
    const tries = await Promise.all(Array.from({ length: CROWD }, () => complete('owner')))
    expect(tries.filter((userId) => userId !== undefined)).toEqual([owner.id])
    expect(await store.findSetupToken('h', NOON)).toBeUndefined()
    expect(await idsOf(owner)).toEqual([])
    expect((await store.listAudit(workspace.id, 5)).map(({ action }) => action)).toContain('user.setup')
  })

  it('lets a challenge be answered once among many, and forgets it after its end', async () => {
    const { store, subject } = world()
    const use = (at: number) => store.useChallenge('c', { expiresAt: NOON + 10, at })
    const tries = await Promise.all(Array.from({ length: CROWD }, () => use(NOON)))
    expect(tries.filter(Boolean)).toHaveLength(1)
    await store.useChallenge('other', { expiresAt: NOON + 30, at: NOON + 10 })
    expect(await subject.query('SELECT hash FROM used_challenge')).toEqual([{ hash: 'other' }])
  })

  it('never gives out more of a day\u2019s messages than there are, however many ask at once', async () => {
    const { store, owner } = world()
    const ada = await member('Ada')
    const take = (user: User, day: number) => store.takeDailyMessage(user.id, { day, limit: CROWD })
    const tries = await Promise.all(Array.from({ length: 50 }, () => take(owner, 7)))
    const taken = tries.flatMap((used) => used ?? []).sort((a, b) => a - b)
    expect(taken).toEqual(Array.from({ length: CROWD }, (_, index) => index + 1))
    expect(await store.dailyMessages(owner.id, 7)).toBe(CROWD)
    expect([await take(owner, 8), await take(ada, 7)]).toEqual([1, 1])
    await Promise.all([store.returnDailyMessage(owner.id, 7), store.returnDailyMessage(owner.id, 7)])
    expect([await store.dailyMessages(owner.id, 7), await take(owner, 7)]).toEqual([CROWD - 2, CROWD - 1])
    for (let i = 0; i < 3; i++) await store.returnDailyMessage(ada.id, 7)
    expect([await store.dailyMessages(ada.id, 7), await store.dailyMessages(owner.id, 8)]).toEqual([0, 1])
    expect(await store.takeDailyMessage(ada.id, { day: 9, limit: 0 })).toBeUndefined()
  })

  it('finds the first of a user\u2019s hidden keys, lists one user\u2019s keys and sums up one user\u2019s calls', async () => {
    const w = world()
    const ada = await member('Ada')
    const first = await w.key({ userId: ada.id, hidden: true })
    await w.key({ userId: ada.id, hidden: true })
    const hers = await w.key({ userId: ada.id })
    await w.key()
    expect(await w.store.findHiddenKey(ada.id)).toBe(first.hash)
    expect(await w.store.findHiddenKey(w.owner.id)).toBeUndefined()
    const page = { offset: 0, limit: 10, includeDisabled: true }
    const listed = await w.store.listKeys(w.workspace.id, { ...page, userId: ada.id })
    expect(listed.map(({ hash }) => hash)).toEqual([hers.hash])
    const query = { by: 'key', from: 0, to: NOON * 2 } as const
    expect(await w.store.usage(w.workspace.id, { ...query, userId: ada.id })).toEqual([])
  })
}
