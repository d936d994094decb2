import { hash, type KeyObject } from 'node:crypto'

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

/** SHA-256's block, and its digest, in bytes. */
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/** A pepper's two padded blocks, each with room for what is hashed behind it. */
type Pads = { inner: Buffer; outer: Buffer }

const padsByPepper = new WeakMap<KeyObject, Pads>()

/**
 * HMAC-SHA256 of a key under one pepper, in hex: the only verifier. Every call of a client needs one, so it is put
 * together from two one-shot hashes: half the time of an Hmac object.
 * @throws Error when there is no such version, which is a defect or a restored backup without its root key
 * @see RFC 2104, section 2
 */
export function macOf(token: string, peppers: Peppers, version: number): string {
  const pepper = peppers.key(version)
  if (pepper === undefined) throw new Error(`there is no pepper of version ${version}`)
  let pads = padsByPepper.get(pepper)
  if (pads === undefined) {
    pads = padsOf(pepper)
    padsByPepper.set(pepper, pads)
  }
  const inner = hash('sha256', Buffer.concat([pads.inner, Buffer.from(token)]), 'hex')
  pads.outer.write(inner, BLOCK_BYTES, DIGEST_BYTES, 'hex')
  return hash('sha256', pads.outer, 'hex')
}

function padsOf(pepper: KeyObject): Pads {
  const key = pepper.export()
  if (key.length > BLOCK_BYTES) throw new Error('a pepper is longer than a block of SHA-256')
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36)
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c)
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  key.fill(0)
  return { inner, outer }
}
