import { createSealer, type Owner, type SealingKeys } from './sealer.ts'

/**
 * Where sealed values lie: any table, file or map, by two functions. They see no secret: a row is the IV, the ciphertext
 * and the tag of AES-256-GCM.
 *
 * In SQL: `SELECT sealed FROM connect_secret WHERE user_id = ? AND name = ?`, and for `write` an upsert of
 * `(user_id, name, sealed)` or, where `sealed` is undefined, a `DELETE`.
 * @see https://doi.org/10.6028/NIST.SP.800-38D section 7.1
 */
export type SealedRows = {
  read(owner: Owner): Promise<string | undefined> | string | undefined
  /**
   * Replaces the value; undefined deletes it. Durable when it resolves.
   * @param was given by `reseal` alone: replace only where this still stands there (`UPDATE ... AND sealed = ?`), so that a
   *   key that another process just kept is not undone. One process needs no such check.
   */
  write(owner: Owner, sealed: string | undefined, was?: string): Promise<void> | void
}

/** Secrets at rest, by user and name. @see https://www.rfc-editor.org/rfc/rfc5116#section-5.2 */
export type SealedStore = {
  put(owner: Owner, secret: string): Promise<void>
  /** undefined where there is none. @throws SealError when it does not open: never a wrong value */
  get(owner: Owner): Promise<string | undefined>
  delete(owner: Owner): Promise<void>
  /** Seals it anew where an older key sealed it. @returns was it old? */
  reseal(owner: Owner): Promise<boolean>
}

/**
 * Keeps secrets sealed under the keys. Writers of one owner wait for each other: the last put stands.
 * @throws TypeError for keys that are none
 * @see https://www.rfc-editor.org/rfc/rfc5116#section-5.2
 */
export function createSealedStore(keys: SealingKeys, rows: SealedRows): SealedStore {
  const sealer = createSealer(keys)
  const inTurn = turns()
  return {
    put: (owner, secret) => inTurn(owner, async () => rows.write(owner, await sealer.seal(secret, owner))),
    async get(owner) {
      const sealed = await rows.read(owner)
      return sealed === undefined ? undefined : sealer.open(sealed, owner)
    },
    delete: (owner) => inTurn(owner, async () => rows.write(owner, undefined)),
    reseal: (owner) =>
      inTurn(owner, async () => {
        const sealed = await rows.read(owner)
        if (sealed === undefined || !sealer.isOld(sealed)) return false
        await rows.write(owner, await sealer.seal(await sealer.open(sealed, owner), owner), sealed)
        return true
      }),
  }
}

/** Runs what is done to one owner one after the other, and whatever else beside it. */
function turns(): <T>(owner: Owner, act: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (owner, act) => {
    const place = placeOf(owner)
    // The one before may have failed: that was told to whoever asked for it.
    const done = (last.get(place) ?? Promise.resolve()).then(act, act)
    last.set(place, done)
    const forget = () => {
      if (last.get(place) === done) last.delete(place)
    }
    done.then(forget, forget)
    return done
  }
}

/** As JSON, so that no two owners have the same. */
const placeOf = ({ user, name }: Owner) => JSON.stringify([user, name])

/**
 * Rows of this process alone: for tests, and for what may be gone after a restart. Sealed all the same, so that a dump of
 * the memory's rows without the sealing keys tells nothing.
 * @see https://doi.org/10.6028/NIST.SP.800-38D section 7.1
 */
export function memoryRows(): SealedRows {
  const rows = new Map<string, string>()
  return {
    read: (owner) => rows.get(placeOf(owner)),
    write(owner, sealed, was) {
      const place = placeOf(owner)
      if (was !== undefined && rows.get(place) !== was) return
      if (sealed === undefined) rows.delete(place)
      else rows.set(place, sealed)
    },
  }
}
