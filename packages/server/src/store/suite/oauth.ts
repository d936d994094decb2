import { expect, it } from 'vitest'
import { randomBase62 } from '../../base/ids.ts'
import type { AuthCodeRecord, AuthRequest, AuthTransactionRecord, GrantRecord } from '../oauth-records.ts'
import { DRAFT, makeKey, makeSettlement, NOON, proofCount, type World } from './subject.ts'

const MINUTE = 60_000
const KEEP = { perBrowser: 3, all: 100, logos: 100 }

const REQUEST: AuthRequest = {
  flow: 'compatible',
  callbackUrl: 'https://app.example/cb?x=1',
  origin: 'https://app.example',
  clientId: null,
  clientName: 'Notes',
  challenge: 'a challenge',
  method: 'S256',
  keyLabel: 'Notes',
  limit: 2_500_000_000n,
  reset: 'weekly',
  expiresAt: NOON + MINUTE,
  state: 's',
  boundTo: 'a thumbprint',
}

/** Requests under way, codes, and what stands behind the keys of apps. */
export function oauthSuite(world: () => World): void {
  async function begin(fields: Partial<AuthTransactionRecord> = {}): Promise<AuthTransactionRecord> {
    const times = { createdAt: NOON, expiresAt: NOON + MINUTE, decidedAt: null, decision: null }
    const made = {
      id: `auth_${randomBase62(24)}`,
      browserHash: 'browser',
      request: REQUEST,
      logo: null,
      ...times,
      ...fields,
    }
    await world().store.beginAuth(made, KEEP)
    return made
  }

  async function codeOf(fields: Partial<AuthCodeRecord> = {}): Promise<AuthCodeRecord> {
    const { store, workspace, owner } = world()
    const app = await store.upsertApp(workspace.id, 'https://app.example', null)
    const terms = {
      name: 'Notes',
      limit: 5n,
      reset: null,
      expiresAt: NOON * 2,
      models: ['a/*'],
      identity: 'shared',
    } as const
    return {
      hash: randomBase62(64),
      workspaceId: workspace.id,
      userId: owner.id,
      appId: app.id,
      flow: 'compatible',
      callbackUrl: REQUEST.callbackUrl,
      clientId: null,
      clientName: 'Notes',
      challenge: 'a challenge',
      method: 'S256',
      terms: { ...terms, models: [...terms.models] },
      createdAt: NOON,
      expiresAt: NOON + MINUTE,
      consumedAt: null,
      failures: 0,
      keyHash: null,
      deliveredAt: null,
      boundTo: 'a thumbprint',
      ...fields,
    }
  }

  async function give(fields: Partial<AuthCodeRecord> = {}): Promise<AuthCodeRecord> {
    const code = await codeOf(fields)
    await world().store.putAuthCode(code, world().actor)
    return code
  }

  function madeFor(code: AuthCodeRecord, at = NOON) {
    const { workspaceId, userId, appId } = code
    const key = makeKey({ workspaceId, userId, appId })
    const grant: GrantRecord = {
      keyHash: key.hash,
      workspaceId,
      userId,
      appId,
      flow: 'compatible',
      callbackUrl: code.callbackUrl,
      clientId: null,
      clientName: 'Notes',
      weak: null,
      identity: 'shared',
      createdAt: at,
    }
    return { key, grant, at, actor: world().actor }
  }

  const keys = async () => {
    const { store, workspace } = world()
    return store.listKeys(workspace.id, { offset: 0, limit: 10_000, includeDisabled: true })
  }

  it('keeps a request as it came, and forgets those that are over or too many', async () => {
    const { store } = world()
    const old = await begin({ createdAt: NOON - 2 * MINUTE, expiresAt: NOON - MINUTE })
    const first = await begin()
    expect(await store.findAuth(first.id)).toEqual(first)
    expect(await store.findAuth(old.id)).toBeUndefined()
    // At once, as a flood comes: none of them may leave room for the others.
    const others = await Promise.all([1, 2, 3].map(() => begin()))
    const elsewhere = await begin({ browserHash: 'another' })
    expect(await store.findAuth(first.id)).toBeUndefined()
    for (const { id } of [...others, elsewhere]) expect(await store.findAuth(id)).toBeDefined()
    await store.beginAuth({ ...elsewhere, id: 'auth_last', browserHash: 'third' }, { ...KEEP, all: 1 })
    expect(await store.findAuth(elsewhere.id)).toBeUndefined()
  })

  it('keeps the logos of the newest requests, and none once a request is decided', async () => {
    const { store, actor } = world()
    const logo = Uint8Array.from([1, 2, 3])
    const bare = await begin()
    const ids = await Promise.all(
      [logo, null, logo, logo].map(async (one, place) => {
        const id = `auth_${place}`
        await store.beginAuth({ ...bare, id, logo: one }, { perBrowser: 9, all: 100, logos: 2 })
        return id
      }),
    )
    const kept = async () => (await Promise.all(ids.map((id) => store.findAuth(id)))).map((found) => found?.logo)
    const found = await kept()
    expect(found.filter((one) => one !== null)).toEqual([logo, logo])
    const shown = ids.filter((_, place) => found[place] !== null)
    expect(await store.decideAuth(shown[0] ?? '', { code: null, at: NOON, actor })).toBe(true)
    expect((await kept()).filter((one) => one !== null)).toEqual([logo])
  })

  it('decides a request once, however many do at the same time, and never when it is over', async () => {
    const { store, actor, workspace } = world()
    const { id } = await begin()
    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf()))
    const outcomes = await Promise.all(codes.map((code) => store.decideAuth(id, { code, at: NOON, actor })))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await Promise.all(codes.map(({ hash }) => store.findAuthCode(hash)))
    expect(found.filter((code) => code !== undefined)).toHaveLength(1)
    expect(await store.findAuth(id)).toMatchObject({ decision: 'allowed', decidedAt: NOON })
    const late = await begin()
    expect(await store.decideAuth(late.id, { code: null, at: NOON + MINUTE, actor })).toBe(false)
    expect(await store.decideAuth(late.id, { code: null, at: NOON, actor })).toBe(true)
    const actions = (await store.listAudit(workspace.id, 10)).map((row) => row.action)
    expect(actions.filter((action) => action.startsWith('oauth.')).sort()).toEqual(['oauth.allow', 'oauth.deny'])
  })

  it('refuses a code for another workspace\u2019s user', async () => {
    const w = world()
    const { owner, workspace } = await w.tenant()
    const code = await codeOf({ userId: owner.id, workspaceId: workspace.id })
    await expect(w.store.putAuthCode(code, w.actor)).rejects.toMatchObject({ code: 'not_found' })
    const own = await give()
    const made = madeFor(own)
    expect(
      await w.store.redeemAuthCode(own.hash, { ...made, actor: { id: owner.id, workspaceId: workspace.id } }),
    ).toBe(false)
    expect(await keys()).toEqual([])
  })

  it('makes exactly one key of a code, whoever comes at the same time', async () => {
    const { store } = world()
    const rounds = proofCount(200)
    for (let round = 0; round < rounds; round++) {
      const code = await give()
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => store.redeemAuthCode(code.hash, madeFor(code))),
      )
      expect(outcomes.filter(Boolean)).toHaveLength(1)
    }
    expect(await keys()).toHaveLength(rounds)
  })

  it('makes no key of a code that is over or burned, and burns it at the last wrong verifier', async () => {
    const { store, workspace } = world()
    const code = await give()
    expect(await store.redeemAuthCode(code.hash, madeFor(code, NOON + MINUTE))).toBe(false)
    const failures = await Promise.all(
      Array.from({ length: 4 }, () => store.noteAuthFailure(code.hash, { most: 3, at: NOON })),
    )
    expect(failures.sort()).toEqual([0, 1, 2, 3])
    expect(await store.findAuthCode(code.hash)).toMatchObject({ failures: 3, consumedAt: NOON, keyHash: null })
    expect(await store.redeemAuthCode(code.hash, madeFor(code))).toBe(false)
    expect(await keys()).toEqual([])
    const burned = (await store.listAudit(workspace.id, 10)).filter((row) => row.action === 'oauth.code_burned')
    expect(burned).toHaveLength(1)
  })

  it('keeps a code\u2019s terms and what stands behind a key exactly', async () => {
    const { store, owner } = world()
    const code = await give()
    expect(await store.findAuthCode(code.hash)).toEqual(code)
    const made = madeFor(code)
    await store.redeemAuthCode(code.hash, made)
    expect(await store.findGrant(made.key.hash)).toEqual(made.grant)
    expect(await store.listGrants({ userId: owner.id })).toEqual([made.grant])
    expect(await store.listGrants({ userId: owner.id, appId: code.appId, most: 1 })).toEqual([made.grant])
    expect(await store.listGrants({ userId: owner.id, appId: code.appId + 1 })).toEqual([])
    expect(await store.findApp(code.appId)).toMatchObject({ referer: 'https://app.example' })
    expect(await store.countChallenge({ appId: code.appId, challenge: 'a challenge', since: NOON })).toBe(1)
    expect(await store.countChallenge({ appId: code.appId, challenge: 'a challenge', since: NOON + 1 })).toBe(0)
    await store.revokeKey(made.key.hash, world().actor, NOON)
    expect(await store.listGrants({ userId: owner.id })).toEqual([])
  })

  it('keeps what stands behind an app\u2019s key when another takes its place, and lists the old one until it ends', async () => {
    const { store, owner, actor, clock } = world()
    const code = await give()
    const made = madeFor(code)
    await store.redeemAuthCode(code.hash, made)
    const next = {
      ...makeKey({ workspaceId: actor.workspaceId, userId: owner.id, appId: code.appId }),
      createdAt: NOON,
    }
    await store.rotateKey(made.key.hash, next, NOON + MINUTE, actor)
    expect(await store.findGrant(next.hash)).toEqual({ ...made.grant, keyHash: next.hash })
    const listed = async () => (await store.listGrants({ userId: owner.id })).map(({ keyHash }) => keyHash).sort()
    expect(await listed()).toEqual([made.key.hash, next.hash].sort())
    clock.time += MINUTE
    expect(await listed()).toEqual([next.hash])
  })

  it('tells of an app\u2019s calls by its key, latest first, and of all apps by what they used within a time', async () => {
    const { store, workspace, key, hold, tenant } = world()
    const [notes, other] = await Promise.all([
      store.upsertApp(workspace.id, 'https://notes.example', 'Notes'),
      store.upsertApp(workspace.id, 'https://other.example', null),
    ])
    const [notesKey, otherKey, plainKey] = [await key({ appId: notes.id }), await key({ appId: other.id }), await key()]
    const elsewhere = await tenant()
    const foreign = makeKey({ workspaceId: elsewhere.workspace.id, userId: elsewhere.owner.id, appId: notes.id })
    await store.createKey(foreign, elsewhere.actor)
    const calls = [
      { of: notesKey, model: 'a/one', at: NOON },
      { of: notesKey, model: 'a/two', at: NOON + 2 },
      { of: notesKey, model: 'a/two', at: NOON + 1, status: 502, cancelled: true },
      { of: otherKey, model: 'a/one', at: NOON + 3 },
      { of: plainKey, model: 'a/one', at: NOON },
      { of: foreign, model: 'a/one', at: NOON },
    ]
    for (const { of, model, at, status = 200, cancelled = false } of calls) {
      const held = hold(of, { at, draft: { ...DRAFT, model, appId: of.appId } })
      const admitted = await store.reserve(held)
      if (!admitted.admitted) throw new Error('refused')
      await admitted.durable
      const settlement = makeSettlement(held, { amount: 9_007_199_254_740_993n })
      await store.settle({ ...settlement, generation: { ...settlement.generation, status, cancelled } })
    }
    const page = await store.listAppCalls(notesKey.hash, { limit: 2 })
    expect(page).toEqual([
      expect.objectContaining({ model: 'a/two', at: NOON + 1, status: 502, cancelled: true, tokensPrompt: 16 }),
      expect.objectContaining({ model: 'a/two', at: NOON + 2, cancelled: false, amount: 9_007_199_254_740_993n }),
    ])
    const earlier = await store.listAppCalls(notesKey.hash, { limit: 2, before: page[1]?.id ?? '' })
    expect(earlier.map(({ model, at }) => [model, at])).toEqual([['a/one', NOON]])
    // Another key's call is no place in this one's, and neither is one that never was.
    const [of] = await store.listAppCalls(otherKey.hash, { limit: 1 })
    for (const before of [of?.id ?? '', 'gen-none']) {
      expect(await store.listAppCalls(notesKey.hash, { limit: 2, before })).toEqual([])
    }
    expect(await store.appUse(notesKey.hash, 10)).toEqual({
      lastUsedAt: NOON + 2,
      models: [
        { model: 'a/two', calls: 2 },
        { model: 'a/one', calls: 1 },
      ],
    })
    expect(await store.appUse(notesKey.hash, 1)).toEqual({
      lastUsedAt: NOON + 1,
      models: [{ model: 'a/two', calls: 1 }],
    })
    expect(await store.appUse(makeKey({ workspaceId: '', userId: '' }).hash, 1)).toEqual({
      lastUsedAt: null,
      models: [],
    })
    const ranked = (from: number, to: number) => store.rankApps(workspace.id, { from, to, limit: 10 })
    expect(await ranked(NOON, NOON + 4)).toEqual([
      { id: notes.id, referer: 'https://notes.example', title: 'Notes', calls: 3, tokens: 63n },
      { id: other.id, referer: 'https://other.example', title: null, calls: 1, tokens: 21n },
    ])
    expect((await ranked(NOON + 1, NOON + 2)).map(({ calls: count }) => count)).toEqual([1])
  })

  it('lists keys that nobody received, until they are noted or revoked, and forgets what is long over', async () => {
    const { store, actor, subject } = world()
    // One after another: the order in which they are listed.
    const codes = [await give(), await give(), await give()]
    const made = codes.map((code) => madeFor(code))
    for (const [at, code] of codes.entries()) {
      const one = made[at]
      if (one) await store.redeemAuthCode(code.hash, one)
    }
    const open = async () => (await store.listUndelivered(NOON + 1, 10)).map(({ hash }) => hash)
    expect(await open()).toEqual(codes.map(({ hash }) => hash))
    await store.noteAuthDelivered(codes[0]?.hash ?? '', NOON)
    await store.revokeKey(made[1]?.key.hash ?? '', actor, NOON)
    expect(await open()).toEqual([codes[2]?.hash])
    expect(await store.listUndelivered(NOON, 10)).toEqual([])
    await begin()
    expect(await store.pruneAuth(NOON + MINUTE)).toBe(0)
    for (const [hash, expiresAt] of [
      ['over', NOON + MINUTE],
      ['good', NOON + MINUTE + 1],
    ] as const)
      await store.useChallenge(hash, { expiresAt, at: 0 })
    expect(await store.pruneAuth(NOON + MINUTE + 1)).toBe(4)
    expect(await subject.query('SELECT hash FROM used_challenge')).toEqual([{ hash: 'good' }])
    expect(await store.findAuthCode(codes[2]?.hash ?? '')).toBeUndefined()
  })
}
