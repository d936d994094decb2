import { expect, it } from 'vitest'
import { rowId } from '../../base/ids.ts'
import type { ConnectFlowRecord, ConnectionRecord } from '../link-records.ts'
import type { Change } from '../store.ts'
import { makeCredential, NOON, proofCount, type World } from './subject.ts'

const MINUTE = 60_000
const KEEP = 5

/** Flows that lead to connections, and connections. */
export function connectionsSuite(world: () => World): void {
  const begin = async (fields: Partial<ConnectFlowRecord> = {}) => {
    const w = world()
    const flow: ConnectFlowRecord = {
      id: rowId('flow'),
      workspaceId: w.workspace.id,
      userId: w.owner.id,
      issuer: 'openrouter',
      issuerUrl: 'https://openrouter.ai',
      stateHash: rowId('state'),
      cookieHash: rowId('cookie'),
      verifier: new Uint8Array([1, 2]),
      returnTo: '/settings/models',
      createdAt: NOON,
      expiresAt: NOON + 5 * MINUTE,
      consumedAt: null,
      outcome: null,
      pending: null,
      ...fields,
    }
    await w.store.beginConnectFlow(flow, { keep: KEEP, forgetBefore: NOON - MINUTE, actor: w.actor })
    return flow
  }
  const connectionOf = (fields: Partial<ConnectionRecord> = {}): ConnectionRecord => ({
    credentialId: 'conn_1',
    workspaceId: world().workspace.id,
    userId: world().owner.id,
    issuer: 'openrouter',
    issuerUrl: 'https://openrouter.ai',
    state: 'connected',
    accountId: 'user_1',
    email: null,
    keyHash: 'hash_1',
    previousKeyHash: null,
    keyEnded: false,
    facts: null,
    connectedAt: NOON,
    checkedAt: null,
    endedAt: null,
    ...fields,
  })
  const save = async (connection: ConnectionRecord, sealed = new Uint8Array([7])) => {
    const w = world()
    const flow = await begin()
    const { workspaceId, userId, credentialId: id } = connection
    const credential = makeCredential({ id, workspaceId, userId, provider: 'openrouter', origin: 'connected', sealed })
    return w.store.saveConnection(connection, { credential, flowId: flow.id, actor: w.actor })
  }

  it('uses a flow up once among many, not after its end, and forgets its verifier', async () => {
    const { store } = world()
    const flow = await begin()
    expect(await store.findConnectFlow({ stateHash: flow.stateHash ?? '' })).toEqual(flow)
    const tries = await Promise.all(Array.from({ length: 50 }, () => store.consumeConnectFlow(flow.id, NOON)))
    expect(tries.filter(Boolean)).toHaveLength(1)
    expect(await store.findConnectFlow({ id: flow.id })).toMatchObject({ consumedAt: NOON, verifier: null })
    const late = await begin()
    expect(await store.consumeConnectFlow(late.id, late.expiresAt)).toBe(false)
    expect(await store.findConnectFlow({ stateHash: 'none' })).toBeUndefined()
  })

  it('keeps the five newest open flows of a user, and forgets those of yesterday', async () => {
    const { store } = world()
    const old = await begin({ createdAt: NOON - 2 * MINUTE })
    const flows = await Promise.all([1, 2, 3, 4, 5, 6].map(() => begin()))
    const found = await Promise.all(flows.map(({ id }) => store.findConnectFlow({ id })))
    expect(found.filter((flow) => flow !== undefined)).toHaveLength(KEEP)
    expect(await store.findConnectFlow({ id: old.id })).toBeUndefined()
  })

  it('notes how a flow ended once, with its audit row, and tells the newest', async () => {
    const { store, actor, owner, workspace } = world()
    const first = await begin()
    const second = await begin()
    await store.consumeConnectFlow(first.id, NOON)
    await store.consumeConnectFlow(second.id, NOON + 1)
    const end = { pending: null, at: NOON + 2, actor }
    await store.endConnectFlow(second.id, { ...end, outcome: 'refused' })
    await store.endConnectFlow(second.id, { ...end, outcome: 'denied' })
    expect(await store.lastConnectFlow(owner.id, 'openrouter')).toMatchObject({ id: second.id, outcome: 'refused' })
    expect(await store.findConnectFlow({ id: first.id })).toMatchObject({ outcome: null })
    const refused = (await store.listAudit(workspace.id, 50)).filter((row) => row.action === 'connect.refused')
    expect(refused).toMatchObject([{ object: 'openrouter', details: { flow: second.id, outcome: 'refused' } }])
  })

  it('gives a key that waits once, in time, and to its user alone', async () => {
    const { store, actor, owner } = world()
    const take = (id: string, fields: { userId?: string; at?: number } = {}) =>
      store.takePendingKey(id, { userId: owner.id, outcome: 'confirmed', at: NOON, ...fields })
    const flow = await begin()
    const until = flow.expiresAt + MINUTE
    const pending = { sealed: new Uint8Array([5]), until }
    await store.endConnectFlow(flow.id, { outcome: 'confirm', pending, at: NOON, actor })
    expect(await take(flow.id, { userId: 'user_x' })).toBeUndefined()
    expect(await take(flow.id, { at: until })).toBeUndefined()
    const taken = (await Promise.all(Array.from({ length: 10 }, () => take(flow.id)))).filter(
      (one) => one !== undefined,
    )
    expect(taken.map((one) => one.pending)).toEqual([new Uint8Array([5])])
    expect(await store.findConnectFlow({ id: flow.id })).toMatchObject({ pending: null, outcome: 'confirmed' })
  })

  it('keeps one connection and one credential of a user and issuer, however many arrive at once', async () => {
    const { store, workspace } = world()
    const heard: Change[] = []
    store.onChange((change) => heard.push(change))
    const count = proofCount(400)
    const saved = Array.from({ length: count }, (_, n) =>
      save(connectionOf({ keyHash: `hash_${n}` }), new Uint8Array([n % 256, n >> 8])),
    )
    await Promise.all(saved)
    const credentials = await store.listCredentials(workspace.id)
    expect(credentials).toHaveLength(1)
    const connection = await store.findConnection('conn_1')
    const n = Number(connection?.keyHash.slice('hash_'.length))
    expect(credentials[0]?.sealed).toEqual(new Uint8Array([n % 256, n >> 8]))
    expect(await store.listConnections(10)).toEqual([connection])
    expect(heard).toHaveLength(count)
  })

  it('refuses a second connected credential of the same user and provider, whoever makes it', async () => {
    const { store, actor, workspace, owner } = world()
    await save(connectionOf())
    const other = { workspaceId: workspace.id, userId: owner.id, provider: 'openrouter', origin: 'connected' } as const
    await expect(store.putCredential(makeCredential(other), actor)).rejects.toThrow()
    expect(await store.listCredentials(workspace.id)).toHaveLength(1)
  })

  it('remembers the key that a new one replaced, unless that was revoked', async () => {
    const { store, actor } = world()
    expect((await save(connectionOf())).previousKeyHash).toBeNull()
    expect((await save(connectionOf({ keyHash: 'hash_2' }))).previousKeyHash).toBe('hash_1')
    await store.endConnection('conn_1', { state: 'revoked', at: NOON, actor })
    expect((await save(connectionOf({ keyHash: 'hash_3' }))).previousKeyHash).toBeNull()
    await store.endConnection('conn_1', { state: 'disconnected', at: NOON, actor })
    expect(await store.findConnection('conn_1')).toMatchObject({ state: 'disconnected', keyEnded: false })
    expect(await save(connectionOf({ keyHash: 'hash_4' }))).toMatchObject({
      previousKeyHash: 'hash_3',
      keyEnded: false,
    })
    await store.endConnection('conn_1', { state: 'disconnected', keyEnded: true, at: NOON, actor })
    expect(await store.findConnection('conn_1')).toMatchObject({ state: 'disconnected', keyEnded: true })
    expect(await save(connectionOf({ keyHash: 'hash_5' }))).toMatchObject({ previousKeyHash: null, keyEnded: false })
  })

  it('notes what the issuer says of the key that it still is', async () => {
    const { store } = world()
    await save(connectionOf())
    const facts = {
      label: 'Keyway',
      limit: 5_000_000_000n,
      remaining: 1n,
      reset: 'daily',
      freeTier: true,
      expiresAt: NOON * 2,
    } as const
    await store.noteConnection('conn_1', { keyHash: 'hash_0', facts, at: NOON + 1 })
    expect(await store.findConnection('conn_1')).toMatchObject({ facts: null, checkedAt: null })
    await store.noteConnection('conn_1', { keyHash: 'hash_1', facts, email: 'a@example.com', at: NOON + 2 })
    const noted = connectionOf({ facts, email: 'a@example.com', checkedAt: NOON + 2 })
    expect(await store.findConnection('conn_1')).toEqual(noted)
    await store.noteConnection('conn_1', { keyHash: 'hash_1', facts, at: NOON + 3 })
    expect(await store.findConnection('conn_1')).toEqual({ ...noted, checkedAt: NOON + 3 })
    const account = { issuer: 'openrouter', issuerUrl: 'https://openrouter.ai', accountId: 'user_1' }
    expect(await store.findConnectionByAccount(account)).toMatchObject({ credentialId: 'conn_1' })
    expect(await store.findConnectionByAccount({ ...account, issuerUrl: 'https://other' })).toBeUndefined()
  })

  it('ends a connection with its sealed key, once, from its own workspace, and not a newer one', async () => {
    const w = world()
    const { store, actor } = w
    await save(connectionOf({ keyHash: 'hash_2' }))
    const end = { state: 'revoked', at: NOON + 1, actor } as const
    expect(await store.endConnection('conn_1', { ...end, actor: (await w.tenant()).actor })).toBe(false)
    expect(await store.endConnection('conn_1', { ...end, keyHash: 'hash_1' })).toBe(false)
    expect(await store.listCredentials(w.workspace.id)).toHaveLength(1)
    expect(await store.endConnection('conn_1', { ...end, keyHash: 'hash_2' })).toBe(true)
    expect(await store.endConnection('conn_1', end)).toBe(false)
    expect(await store.listCredentials(w.workspace.id)).toEqual([])
    expect(await store.findConnection('conn_1')).toMatchObject({ state: 'revoked', endedAt: NOON + 1 })
    expect(await store.listConnections(10)).toEqual([])
  })

  it('refuses flows and connections for another workspace\u2019s users', async () => {
    const w = world()
    const { owner, workspace } = await w.tenant()
    await expect(begin({ userId: owner.id })).rejects.toMatchObject({ code: 'not_found' })
    const foreign = connectionOf({ userId: owner.id, workspaceId: workspace.id })
    await expect(save(foreign)).rejects.toMatchObject({ code: 'not_found' })
    expect(await w.store.findConnection('conn_1')).toBeUndefined()
  })
}
