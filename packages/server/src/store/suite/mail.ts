import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { MailToken } from '../mail-store.ts'
import type { User } from '../records.ts'
import { NOON, type World } from './subject.ts'

const CROWD = 10

/** Links by mail, and what they prove. */
export function mailSuite(world: () => World): void {
  const member = async (fields: Partial<User> = {}): Promise<User> => {
    const { owner, actor, store } = world()
    const user: User = { ...owner, id: rowId('user'), name: 'Ada', role: 'member', email: null, ...fields }
    await store.createUser(user, actor)
    return user
  }
  const token = (user: User, fields: Partial<MailToken> = {}): MailToken => ({
    ...{ hash: rowId('hash'), workspaceId: user.workspaceId, userId: user.id, purpose: 'address' },
    ...{ email: 'ada@example.com', expiresAt: NOON + 10 },
    ...fields,
  })
  const put = async (one: MailToken) => {
    await world().store.putMailToken(one, world().actor)
    return one.hash
  }
  const password = (n: number) => ({
    ...{ cost: 2, blockSize: 1, parallelism: 1, changedAt: NOON + n },
    ...{ salt: Buffer.from([n]), hash: Buffer.from([n]) },
  })
  const setPassword = async (user: User) => {
    const { store, actor } = world()
    const record = { ...password(1), userId: user.id, workspaceId: user.workspaceId, login: user.id }
    await store.putPassword(record, { keepSession: '', actor })
  }

  it('is refused when it is unknown, over, of another purpose, or replaced by a later one', async () => {
    const { store } = world()
    const ada = await member()
    const first = await put(token(ada))
    const second = await put(token(ada))
    await setPassword(ada)
    const refused = [
      store.confirmAddress('unknown', { at: NOON }),
      store.confirmAddress(first, { at: NOON }),
      store.confirmAddress(second, { at: NOON + 10 }),
      store.resetPassword(second, password(2), { at: NOON }),
    ]
    expect(await Promise.all(refused)).toEqual([undefined, undefined, undefined, undefined])
    expect((await store.findUser(ada.id))?.email).toBeNull()
    expect(await store.pendingAddress(ada.id, NOON)).toBe('ada@example.com')
    expect(await store.pendingAddress(ada.id, NOON + 10)).toBeUndefined()
  })

  it('gives its person the address, once, of many at once', async () => {
    const { store, workspace } = world()
    const ada = await member()
    const hash = await put(token(ada))
    const tries = await Promise.all(Array.from({ length: CROWD }, () => store.confirmAddress(hash, { at: NOON })))
    expect(tries.filter((one) => one !== undefined)).toEqual([ada.id])
    expect(await store.verifiedEmail(ada.id)).toBe('ada@example.com')
    expect(await store.findUserByVerifiedEmail(workspace.id, 'ada@example.com')).toBe(ada.id)
    // Another address on the account is not the one that was proved.
    await store.updateUser(ada.id, { email: 'eve@example.com' }, world().actor)
    expect(await store.verifiedEmail(ada.id)).toBeUndefined()
    expect(await store.findUserByVerifiedEmail(workspace.id, 'ada@example.com')).toBeUndefined()
  })

  it('takes an issuer’s word for the address that the account has, and for no other', async () => {
    const { store, workspace } = world()
    const ada = await member({ email: 'Ada@Example.com' })
    await store.noteVouchedAddress(ada.id, { email: 'eve@example.com', at: NOON })
    await store.noteVouchedAddress('nobody', { email: 'ada@example.com', at: NOON })
    expect(await store.verifiedEmail(ada.id)).toBeUndefined()
    await store.noteVouchedAddress(ada.id, { email: 'ada@example.com', at: NOON })
    await store.noteVouchedAddress(ada.id, { email: 'ada@example.com', at: NOON + 1 })
    expect(await store.verifiedEmail(ada.id)).toBe('Ada@Example.com')
    expect(await store.findUserByVerifiedEmail(workspace.id, 'Ada@Example.com')).toBe(ada.id)
  })

  it('gives an address to one of two, and leaves the other\u2019s link', async () => {
    const { store } = world()
    const [ada, eve] = [await member(), await member()]
    const links = [await put(token(ada)), await put(token(eve))]
    const ends = await Promise.allSettled(links.map((hash) => store.confirmAddress(hash, { at: NOON })))
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const holders = (await store.listUsers(ada.workspaceId)).filter(({ email }) => email === 'ada@example.com')
    expect(holders).toHaveLength(1)
  })

  it('sets a password once, ends the sessions, and makes none where there was none', async () => {
    const { store } = world()
    const ada = await member()
    const none = await put(token(ada, { purpose: 'password' }))
    expect(await store.resetPassword(none, password(2), { at: NOON })).toBeUndefined()
    expect(await store.findPassword({ userId: ada.id })).toBeUndefined()
    await setPassword(ada)
    const hash = await put(token(ada, { purpose: 'password' }))
    const session = {
      ...{ id: 'ses', workspaceId: ada.workspaceId, userId: ada.id, mac: 'mac' },
      ...{ createdAt: NOON, authenticatedAt: NOON, lastSeenAt: NOON, expiresAt: NOON + 99, ip: null, userAgent: null },
    } as const
    await store.createSession({ ...session, method: 'password' }, { replaces: null, keep: 5, actor: world().actor })
    expect(await store.resetPassword(hash, password(3), { at: NOON })).toBe(ada.id)
    expect(await store.resetPassword(hash, password(4), { at: NOON })).toBeUndefined()
    expect(await store.findPassword({ userId: ada.id })).toMatchObject({ login: ada.id, changedAt: NOON + 3 })
    expect(await store.findSession('mac')).toBeUndefined()
  })

  it('proves an invited person\u2019s mailbox when they come by the link that went there, and not by another', async () => {
    const { store, actor } = world()
    const come = async (user: User, mailed: string | undefined) => {
      const hash = rowId('hash')
      await store.putSetupToken({ hash, userId: user.id, expiresAt: NOON + 10 }, actor)
      await put(
        token(user, { hash: mailed === undefined ? hash : mailed, purpose: 'invitation', email: user.email ?? '' }),
      )
      const record = { ...password(1), userId: user.id, workspaceId: user.workspaceId, login: user.id }
      await store.completeSetup(
        hash,
        { method: 'password', password: record },
        { at: NOON, workspaceId: user.workspaceId },
      )
    }
    const [ada, eve] = [await member({ email: 'ada@example.com' }), await member({ email: 'eve@example.com' })]
    await come(ada, undefined)
    await come(eve, 'another link')
    expect(await store.verifiedEmail(ada.id)).toBe('ada@example.com')
    expect(await store.verifiedEmail(eve.id)).toBeUndefined()
  })

  it('lists who was invited and has not come, and takes an invitation back only from them', async () => {
    const { store, actor, workspace, owner } = world()
    const [ada, eve] = [await member({ email: 'ada@example.com' }), await member({ email: 'eve@example.com' })]
    await store.putSetupToken({ hash: 'h', userId: ada.id, expiresAt: NOON + 10 }, actor)
    await put(token(ada, { hash: 'h', purpose: 'invitation' }))
    const found = await store.listInvitations(workspace.id, NOON)
    expect(found.find(({ userId }) => userId === ada.id)).toEqual({
      userId: ada.id,
      expiresAt: NOON + 10,
      mailed: true,
    })
    expect(found.find(({ userId }) => userId === eve.id)).toEqual({ userId: eve.id, expiresAt: null, mailed: false })
    expect(found).toHaveLength(2)
    await setPassword(eve)
    for (const id of [eve.id, owner.id, 'user_nobody']) {
      expect(await store.withdrawInvitation(id, { at: NOON, actor })).toBe(false)
    }
    expect(await store.withdrawInvitation(ada.id, { at: NOON, actor })).toBe(true)
    expect(await store.findSetupToken('h', NOON)).toBeUndefined()
    expect(await store.findMailToken('h', { purpose: 'invitation', at: NOON })).toBeUndefined()
    expect(await store.listInvitations(workspace.id, NOON)).toEqual([])
    // The address is free again.
    await member({ email: 'ada@example.com' })
  })
}
