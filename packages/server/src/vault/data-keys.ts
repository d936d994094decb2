import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { rowId } from '../base/ids.ts'
import { RecentMap } from '../base/recent-map.ts'
import type { DekRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type KeyRing, primaryKey } from './key-ring.ts'
import { dekData, parseSealed, SealError, unwrapKey, wrapKey } from './seal.ts'

/** Seals under one data key. Random 96-bit IVs are safe to about 2^32; the rest is margin. */
export const DEK_USES_MAX = 2 ** 20
/** Uses noted in the database at once, before the first of them: a crash loses some, and never counts too few. */
const USES_BLOCK = 16
/** Unwrapped data keys kept: one per user that has a credential. */
const DEKS_CACHED = 10_000

/** Whose data key: a user's, or (null) the workspace's own. */
export type Owner = { workspaceId: string; userId: string | null }
export type DataKey = { id: string; key: KeyObject }

/** Data keys, unwrapped. */
export type DataKeys = {
  /** The key of that id. @throws SealError when it is unknown or does not unwrap */
  find(id: string): Promise<KeyObject>
  /** The owner's current key, for one more seal; a new one where there is none or it is used up. */
  forSeal(owner: Owner): Promise<DataKey>
  /** Makes a new current key for the owner, dated after the moment (ms) and after the one it follows. */
  renew(owner: Owner, after?: number): Promise<DataKey>
  /** Drops every unwrapped key from memory. */
  forget(): void
}

/**
 * Callers of `forSeal` and `renew` must not run at the same time (the vault runs them one after the other): two at
 * once would each make a first key, which is harmless, or count uses twice.
 */
export function createDataKeys(deps: { store: Store; ring: KeyRing; clock: Clock }): DataKeys {
  const { store, ring, clock } = deps
  const unwrapped = new RecentMap<string, KeyObject>(DEKS_CACHED)
  const uses = new Map<string, { used: number; noted: number }>()

  async function find(id: string): Promise<KeyObject> {
    const known = unwrapped.get(id)
    if (known !== undefined) return known
    const record = await store.findDek(id)
    if (record === undefined) throw new SealError(`the data key ${id} is not in the database`)
    const key = unwrapDek(record, ring, store.installId)
    unwrapped.set(id, key)
    return key
  }

  async function renew({ workspaceId, userId }: Owner, after = 0): Promise<DataKey> {
    const current = await store.currentDek(workspaceId, userId)
    // The newest is the current one, so two must never have the same date.
    const createdAt = Math.max(clock.now(), after + 1, (current?.createdAt ?? 0) + 1)
    const bytes = randomBytes(32)
    const key = createSecretKey(bytes)
    bytes.fill(0)
    const draft = { id: rowId('dek'), workspaceId, userId, kekVersion: ring.kek.primary, createdAt }
    await store.putDek({ ...draft, wrapped: wrapDek(draft, key, ring, store.installId) })
    unwrapped.set(draft.id, key)
    return { id: draft.id, key }
  }

  async function forSeal(owner: Owner): Promise<DataKey> {
    const current = await store.currentDek(owner.workspaceId, owner.userId)
    if (current !== undefined && (await takeUse(current.id))) return { id: current.id, key: await find(current.id) }
    const made = await renew(owner)
    if (!(await takeUse(made.id))) throw new Error('a new data key is already used up')
    return made
  }

  /** Counts one more seal. @returns false when the key is used up */
  async function takeUse(id: string): Promise<boolean> {
    const setting = `vault.dek-uses.${id}`
    let count = uses.get(id)
    if (count === undefined) {
      const noted = Number((await store.getSetting(setting)) ?? '0')
      if (!Number.isSafeInteger(noted) || noted < 0) throw new Error(`the setting ${setting} is not a count`)
      count = { used: noted, noted }
      uses.set(id, count)
    }
    if (count.used >= DEK_USES_MAX) return false
    if (count.used === count.noted) {
      await store.putSetting(setting, String(count.noted + USES_BLOCK))
      count.noted += USES_BLOCK
    }
    count.used += 1
    return true
  }

  return { find, forSeal, renew, forget: () => unwrapped.clear() }
}

type DekOwner = Omit<DekRecord, 'wrapped' | 'createdAt'>

/** Wraps a data key under the ring's primary version, which `dek.kekVersion` must name. */
export function wrapDek(dek: DekOwner, key: KeyObject, ring: KeyRing, installId: string): Buffer {
  return wrapKey(primaryKey(ring.kek), `v${dek.kekVersion}`, dekData(contextOf(dek, installId)), key)
}

/** Opens a wrapped data key with the version it names. @throws SealError */
export function unwrapDek(record: DekRecord, ring: KeyRing, installId: string): KeyObject {
  const kek = ring.kek.key(record.kekVersion)
  if (kek === undefined) throw new SealError(`the data key ${record.id} needs root key version ${record.kekVersion}`)
  return unwrapKey(kek, parseSealed(record.wrapped, dekData(contextOf(record, installId))))
}

function contextOf(dek: DekOwner, installId: string) {
  const { workspaceId, userId, id, kekVersion } = dek
  return { installId, workspaceId, userId, dekId: id, kekVersion }
}
