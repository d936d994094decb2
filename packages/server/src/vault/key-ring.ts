import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { RootKeys } from './root-key.ts'

/** What a key is for. One key never serves two purposes, so that no part can be made to sign or open for another. */
export const PURPOSES = ['kek', 'pepper', 'session', 'cookie', 'audit', 'csrf'] as const
export type Purpose = (typeof PURPOSES)[number]

/**
 * Purposes whose old keys must outlive the root version that they came from: an issued key's MAC cannot be made again
 * without the issued key, and old audit rows stay to be checked. The others simply end with their version.
 */
export const CARRIED_PURPOSES = ['pepper', 'audit'] as const satisfies readonly Purpose[]
export type CarriedPurpose = (typeof CARRIED_PURPOSES)[number]

/** A sub-key of a root version that the file may no longer hold. */
export type CarriedKey = { purpose: CarriedPurpose; version: number; key: KeyObject }

/** The keys of one purpose, by root version. Stays the same object when the ring takes a new version. */
export type VersionedKeys = {
  /** The version that new things are made under. */
  readonly primary: number
  /** The primary first, then from new to old. */
  readonly versions: readonly number[]
  key(version: number): KeyObject | undefined
}

export type KeyRing = { readonly [P in Purpose]: VersionedKeys } & {
  /** Takes other root keys in place of the present ones: after a rotation, or with the carried keys at start. */
  adopt(root: RootKeys, carried: readonly CarriedKey[]): void
}

/**
 * Derives every purpose's keys from the root keys by HKDF-SHA256, with the purpose and version as label.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function createKeyRing(root: RootKeys): KeyRing {
  const held = new Map<Purpose, ReadonlyMap<number, KeyObject>>()
  const order = new Map<Purpose, readonly number[]>()
  let primary = root.primary

  function adopt(next: RootKeys, carried: readonly CarriedKey[]): void {
    primary = next.primary
    for (const purpose of PURPOSES) {
      const keys = new Map<number, KeyObject>()
      for (const one of carried) if (one.purpose === purpose) keys.set(one.version, one.key)
      for (const [version, key] of next.keys) keys.set(version, deriveKey(key, purpose, version))
      const others = [...keys.keys()].filter((version) => version !== primary).sort((a, b) => b - a)
      held.set(purpose, keys)
      order.set(purpose, [primary, ...others])
    }
  }

  const view = (purpose: Purpose): VersionedKeys => ({
    get primary() {
      return primary
    },
    get versions() {
      return order.get(purpose) ?? []
    },
    key: (version) => held.get(purpose)?.get(version),
  })

  adopt(root, [])
  return {
    kek: view('kek'),
    pepper: view('pepper'),
    session: view('session'),
    cookie: view('cookie'),
    audit: view('audit'),
    csrf: view('csrf'),
    adopt,
  }
}

/** The key under which new things are made. @throws Error when the ring was built without one, which is a defect */
export function primaryKey(keys: VersionedKeys): KeyObject {
  const key = keys.key(keys.primary)
  if (key === undefined) throw new Error(`the key ring holds no version ${keys.primary}`)
  return key
}

function deriveKey(root: KeyObject, purpose: Purpose, version: number): KeyObject {
  const bytes = Buffer.from(hkdfSync('sha256', root, '', `keyway/${purpose}/v${version}`, 32))
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}
