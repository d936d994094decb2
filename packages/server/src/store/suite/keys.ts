import { expect, it } from 'vitest'
import type { Change } from '../store.ts'
import { makeKey, NOON, type World } from './subject.ts'

/** Keys, and what caches hear of them. */
export function keysSuite(world: () => World): void {
  it('refuses a key by a hash or verifier that is taken, and one of a user who is not there', async () => {
    const w = world()
    const key = await w.key()
    const other = makeKey({ workspaceId: w.workspace.id, userId: w.owner.id })
    await expect(w.store.createKey({ ...other, hash: key.hash }, w.actor)).rejects.toMatchObject({ code: 'conflict' })
    await expect(w.store.createKey({ ...other, mac: key.mac }, w.actor)).rejects.toMatchObject({ code: 'conflict' })
    await expect(w.store.createKey({ ...other, userId: 'user_x' }, w.actor)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('does not patch, revoke or rotate what is not there or is another workspace\u2019s', async () => {
    const w = world()
    const tenant = await w.tenant()
    const key = await w.key()
    for (const [hash, actor] of [['nothing', w.actor] as const, [key.hash, tenant.actor] as const]) {
      expect(await w.store.updateKey(hash, { name: 'x' }, actor, NOON)).toBeUndefined()
      expect(await w.store.revokeKey(hash, actor, NOON)).toBe(false)
      const successor = makeKey({ workspaceId: actor.workspaceId, userId: actor.id })
      await expect(w.store.rotateKey(hash, successor, NOON, actor)).rejects.toMatchObject({ code: 'not_found' })
      expect(await w.store.findKey(successor.hash)).toBeUndefined()
    }
    expect(await w.store.findKey(key.hash)).toEqual(key)
  })

  it('gives back every field, unknown members of the policy too', async () => {
    const w = world()
    const policy = {
      ...(await w.key()).policy,
      models: ['openai/*'],
      rpm: 60,
      flatHold: 9_007_199_254_740_993n,
      later: { nested: true },
    }
    const fields = {
      policy,
      limit: 9_007_199_254_740_993n,
      reset: 'weekly',
      expiresAt: NOON + 1,
      appId: 7,
      environment: 'p',
      boundTo: 'a thumbprint',
    }
    const key = await w.key({ ...fields, reset: 'weekly' })
    expect(await w.store.findKey(key.hash)).toEqual(key)
    expect(await w.store.findKeyByMac(key.mac)).toEqual(key)
    expect(await w.store.findKeyByMac(key.hash)).toBeUndefined()
  })

  it('tells of a change after it was made and before the act is done', async () => {
    const w = world()
    const heard: Change[] = []
    const stop = w.store.onChange((change) => heard.push(change))
    const key = await w.key()
    const { hash, mac } = key
    expect(heard.splice(0)).toEqual([{ kind: 'key', hash, mac }])

    const patched = await w.store.updateKey(hash, { name: 'new', disabled: true, limit: 5n }, w.actor, NOON + 5)
    expect(patched).toEqual({ ...key, name: 'new', disabled: true, limit: 5n, updatedAt: NOON + 5 })
    expect(heard.splice(0)).toEqual([{ kind: 'key', hash, mac }])

    expect(await w.store.revokeKey(hash, w.actor, NOON + 9)).toBe(true)
    expect(await w.store.revokeKey(hash, w.actor, NOON + 10)).toBe(false)
    expect(heard.splice(0)).toEqual([{ kind: 'key', hash, mac }])
    expect(await w.store.findKeyByMac(mac)).toMatchObject({ revokedAt: NOON + 9 })

    stop()
    await w.key()
    expect(heard).toEqual([])
  })

  it('rotates: a successor, and an end for the old key that is never later than the one it had', async () => {
    const w = world()
    const heard: Change[] = []
    const [key, ending] = [await w.key(), await w.key({ expiresAt: NOON + 3 })]
    w.store.onChange((change) => heard.push(change))
    const successors = [key, ending].map(() => makeKey({ workspaceId: w.workspace.id, userId: w.owner.id }))
    for (const [index, old] of [key, ending].entries()) {
      const successor = successors[index]
      if (successor) await w.store.rotateKey(old.hash, successor, NOON + 100, w.actor)
    }
    expect(await w.store.findKey(key.hash)).toMatchObject({ expiresAt: NOON + 100 })
    expect(await w.store.findKey(ending.hash)).toMatchObject({ expiresAt: NOON + 3 })
    expect(await w.store.findKey(successors[0]?.hash ?? '')).toMatchObject({ rotatedFrom: key.hash })
    expect(heard.map((change) => change.kind === 'key' && change.hash).slice(0, 2)).toEqual([
      key.hash,
      successors[0]?.hash,
    ])
  })

  it('lists newest first, a page at a time, without hidden and revoked keys, with disabled ones when asked', async () => {
    const w = world()
    const names: string[] = []
    for (let index = 0; index < 5; index++) {
      // Two of the same millisecond keep the order in which they were made.
      const key = await w.key({ name: `key ${index}`, createdAt: NOON + Math.floor(index / 2) })
      names.unshift(key.name)
    }
    await w.key({ name: 'hidden', hidden: true, createdAt: NOON + 10 })
    await w.key({ name: 'disabled', disabled: true, createdAt: NOON + 11 })
    const revoked = await w.key({ name: 'revoked', createdAt: NOON + 12 })
    await w.store.revokeKey(revoked.hash, w.actor, NOON)
    const page = async (offset: number, limit: number, includeDisabled: boolean) =>
      (await w.store.listKeys(w.workspace.id, { offset, limit, includeDisabled })).map((key) => key.name)
    expect(await page(0, 100, false)).toEqual(names)
    expect(await page(0, 2, true)).toEqual(['disabled', 'key 4'])
    expect(await page(3, 2, false)).toEqual(['key 1', 'key 0'])
    expect(await page(5, 2, false)).toEqual([])
  })
}
