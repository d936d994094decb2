import { createHmac, type KeyObject } from 'node:crypto'

/**
 * The keys of the MACs, by version, as the vault's key ring gives them (`ring.pepper`). A dump of the database without
 * them cannot even confirm a key that someone found.
 */
export type Peppers = {
  readonly primary: number
  /** The primary first. */
  readonly versions: readonly number[]
  key(version: number): KeyObject | undefined
}

/**
 * HMAC-SHA256 of a key under one pepper: the only verifier.
 * @throws Error when there is no such version, which is a defect or a restored backup without its root key
 */
export function macOf(token: string, peppers: Peppers, version: number): Buffer {
  const pepper = peppers.key(version)
  if (pepper === undefined) throw new Error(`there is no pepper of version ${version}`)
  return createHmac('sha256', pepper).update(token).digest()
}
