import type { Clock } from '../base/clock.ts'
import { constantTimeEqual } from '../base/constant-time.ts'
import { KeywayError } from '../base/errors.ts'
import { RecentMap } from '../base/recent-map.ts'
import type { KeyRecord, User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { addressMatcher } from './address-list.ts'
import type { Caller } from './caller.ts'
import { reachesOf } from './house-reach.ts'
import { modelMatcher } from './models-list.ts'
import { macOf, type Peppers } from './pepper.ts'
import { checkToken } from './token.ts'

/** Keys kept in memory: about 1 KB each. */
const KEYS_CACHED = 10_000
/** Well-formed keys that nobody issued, kept so that one of them, repeated, does not query the database each time. */
const UNKNOWN_CACHED = 1_000
/** How long such a one is believed unknown where another process may have issued it. */
const UNKNOWN_MS = 1_000
/** Look-ups under way at once. Beyond it callers are told to come back, instead of queueing without end. */
const LOOKUPS_MAX = 1_000

export type Verifier = {
  /**
   * Tells who a key stands for: at once where the key is known, else after one look into the database.
   * @throws KeywayError `key_malformed`, `key_unknown`, `key_revoked`, `key_disabled`, `key_expired`, `user_disabled`;
   *   `overloaded` beyond 1,000 look-ups under way. Thrown, or the promise's rejection.
   */
  verify(token: string): Caller | Promise<Caller>
  /** Ends listening to the store. */
  close(): void
}

/**
 * Verifies keys. Entries are found by the key's MAC under the primary pepper, which nobody can steer who has not the
 * pepper. A change that the store tells of is in force for every call of `verify` after it.
 */
export function createVerifier(deps: { store: Store; ring: { readonly pepper: Peppers }; clock: Clock }): Verifier {
  const { store, clock } = deps
  const peppers = deps.ring.pepper
  const callers = new RecentMap<string, Caller>(KEYS_CACHED)
  const unknown = new RecentMap<string, number>(UNKNOWN_CACHED)
  const lookups = new Map<string, Promise<Caller | undefined>>()
  // Rises with every change, so that what was read before one is not kept after it.
  let changes = 0

  const stopListening = store.onChange((change) => {
    if (change.kind === 'key') {
      changes += 1
      callers.deleteWhere((caller) => caller.key.hash === change.hash)
      unknown.delete(change.mac)
      lookups.clear()
    } else if (change.kind === 'user') {
      changes += 1
      callers.deleteWhere((caller) => caller.key.userId === change.id)
      lookups.clear()
    }
  })

  function verify(token: string): Caller | Promise<Caller> {
    const mac = macOf(token, peppers, peppers.primary)
    const caller = callers.get(mac)
    return caller === undefined ? verifyUnseen(token, mac) : accept(caller)
  }

  async function verifyUnseen(token: string, mac: string): Promise<Caller> {
    checkToken(token)
    const asked = unknown.get(mac)
    if (asked !== undefined && clock.monotonic() - asked < UNKNOWN_MS) throw unknownKey()
    const caller = await lookUpOnce(token, mac)
    if (caller === undefined) throw unknownKey()
    return accept(caller)
  }

  /** Calls with the same key that arrive together share one look-up. */
  function lookUpOnce(token: string, mac: string): Promise<Caller | undefined> {
    const running = lookups.get(mac)
    if (running !== undefined) return running
    if (lookups.size >= LOOKUPS_MAX) {
      throw new KeywayError('overloaded', 'Too many keys are being looked up at once.', { retryAfterMs: 1_000 })
    }
    const lookup = lookUp(token, mac).finally(() => {
      if (lookups.get(mac) === lookup) lookups.delete(mac)
    })
    lookups.set(mac, lookup)
    return lookup
  }

  async function lookUp(token: string, mac: string): Promise<Caller | undefined> {
    const before = changes
    const found = await findKey(token)
    const key = found && { ...found, policy: { ...found.policy, reaches: reachesOf(found) } }
    const user = key && (await store.findUser(key.userId))
    if (key !== undefined && user === undefined) throw new Error(`the key ${key.hash} belongs to no user`)
    const caller = key && user && callerOf(key, user)
    if (changes === before) {
      if (caller === undefined) unknown.set(mac, clock.monotonic())
      else callers.set(mac, caller)
    }
    return caller
  }

  async function findKey(token: string): Promise<KeyRecord | undefined> {
    for (const version of peppers.versions) {
      const mac = macOf(token, peppers, version)
      const key = await store.findKeyByMac(mac)
      // Not what the query says but what the row holds decides.
      if (key !== undefined && constantTimeEqual(key.mac, mac) && key.pepperVersion === version) return key
    }
    return undefined
  }

  function accept(caller: Caller): Caller {
    const { key, user } = caller
    if (key.revokedAt !== null) throw new KeywayError('key_revoked', `The key ${key.label} is revoked.`)
    if (user.disabledAt !== null)
      throw new KeywayError('user_disabled', `The user of the key ${key.label} is disabled.`)
    if (key.disabled) throw new KeywayError('key_disabled', `The key ${key.label} is disabled.`)
    if (key.expiresAt !== null && clock.now() >= key.expiresAt) {
      const at = new Date(key.expiresAt).toISOString()
      throw new KeywayError('key_expired', `The key ${key.label} expired at ${at}.`)
    }
    return caller
  }

  return { verify, close: stopListening }
}

function callerOf(key: KeyRecord, user: User): Caller {
  const { models, ips } = key.policy
  const allowsAddress = ips == null ? {} : { allowsAddress: addressMatcher(ips) }
  return Object.freeze({ key, user, allowsModel: modelMatcher(models), ...allowsAddress })
}

function unknownKey(): KeywayError {
  return new KeywayError('key_unknown', 'No key was issued that reads so.')
}
