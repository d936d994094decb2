import type { KeyObject } from 'node:crypto'

/** The keys of one purpose, by version, as the vault's key ring gives them (`ring.session`, `ring.csrf`). */
export type SecretKeys = {
  readonly primary: number
  /** The primary first. */
  readonly versions: readonly number[]
  key(version: number): KeyObject | undefined
}

/** @throws Error when there is no such version, which is a defect */
export function keyOf(keys: SecretKeys, version: number): KeyObject {
  const key = keys.key(version)
  if (key === undefined) throw new Error(`there is no key of version ${version}`)
  return key
}
