import { KeywayError } from '../../base/errors.ts'
import { keyView } from '../../keys/key-view.ts'
import type { KeyRecord } from '../../store/records.ts'
import type { ActHouse } from './house.ts'
import type { KeyShape } from './key-shape.ts'

/** Keys that are looked at when one is named by a part of its hash or by its name. */
const KEYS_SEARCHED = 10_000
/** Hexadecimal digits that name a key well enough: 24 bits. */
const HASH_DIGITS_MIN = 6

/**
 * The key that a person means: by its hash, the beginning of it, or its name.
 * @throws KeywayError `not_found`, or `invalid_request` when several keys fit
 */
export async function findKey(house: ActHouse, which: string): Promise<KeyRecord> {
  const exact = /^[0-9a-f]{64}$/.test(which) ? await house.store.findKey(which) : undefined
  if (exact !== undefined && exact.workspaceId === house.workspace.id) return exact
  const keys = await house.store.listKeys(house.workspace.id, {
    offset: 0,
    limit: KEYS_SEARCHED,
    includeDisabled: true,
  })
  const isHash = which.length >= HASH_DIGITS_MIN && /^[0-9a-f]+$/.test(which)
  const byHash = isHash ? keys.filter((key) => key.hash.startsWith(which)) : []
  const byName = keys.filter((key) => key.name === which)
  const found = byHash.length > 0 ? byHash : byName
  const [first] = found
  if (first === undefined) {
    throw new KeywayError('not_found', 'There is no key of that hash or name.', {
      fix: 'See them with: keyway keys list',
    })
  }
  if (found.length > 1) {
    const hashes = found.slice(0, 5).map((key) => key.hash.slice(0, 12))
    throw new KeywayError('invalid_request', `${found.length} keys fit: ${hashes.join(', ')}.`, {
      fix: 'Name one by its hash.',
    })
  }
  return first
}

/** The key with what it spent, by wire names. */
export async function viewOfKey(house: ActHouse, key: KeyRecord): Promise<KeyShape> {
  return { ...keyView(key, await house.store.spendOf('key', key.hash, house.clock.now())) }
}
