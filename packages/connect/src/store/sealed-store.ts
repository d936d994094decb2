import { createSealer, type Owner, type SealingKeys } from './sealer.ts'

/**
 * Where sealed values lie: any table, file or map, by two functions. They see no secret.
 *
 * In SQL: `SELECT sealed FROM connect_secret WHERE user_id = ? AND name = ?`, and for `write` an upsert of
 * `(user_id, name, sealed)` or, where `sealed` is undefined, a `DELETE`.
 */
export type SealedRows = {
  read(owner: Owner): Promise<string | undefined> | string | undefined
  /** Replaces the value; undefined deletes it. Durable when it resolves. */
  write(owner: Owner, sealed: string | undefined): Promise<void> | void
}

/** Secrets at rest, by user and name. */
export type SealedStore = {
  put(owner: Owner, secret: string): Promise<void>
  /** undefined where there is none. @throws SealError when it does not open: never a wrong value */
  get(owner: Owner): Promise<string | undefined>
  delete(owner: Owner): Promise<void>
  /** Seals it anew where an older key sealed it. @returns was it old? */
  reseal(owner: Owner): Promise<boolean>
}

/** Keeps secrets sealed under the keys. @throws TypeError for keys that are none */
export function createSealedStore(keys: SealingKeys, rows: SealedRows): SealedStore {
  const sealer = createSealer(keys)
  return {
    put: async (owner, secret) => rows.write(owner, await sealer.seal(secret, owner)),
    async get(owner) {
      const sealed = await rows.read(owner)
      return sealed === undefined ? undefined : sealer.open(sealed, owner)
    },
    delete: async (owner) => rows.write(owner, undefined),
    async reseal(owner) {
      const sealed = await rows.read(owner)
      if (sealed === undefined || !sealer.isOld(sealed)) return false
      await rows.write(owner, await sealer.seal(await sealer.open(sealed, owner), owner))
      return true
    },
  }
}

/** Rows of this process alone: for tests, and for what may be gone after a restart. */
export function memoryRows(): SealedRows {
  const rows = new Map<string, string>()
  const place = ({ user, name }: Owner) => JSON.stringify([user, name])
  return {
    read: (owner) => rows.get(place(owner)),
    write(owner, sealed) {
      if (sealed === undefined) rows.delete(place(owner))
      else rows.set(place(owner), sealed)
    },
  }
}
