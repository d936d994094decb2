import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Origin } from '../store/records.ts'
import { additionalData } from './additional-data.ts'

// A sealed blob, in bytes:
//   format(1) = 1 | algorithm(1) = 1 | length of key id(1) | key id | iv(12) | ciphertext | tag(16)
// The same layout holds a secret under a data key, a data key under a key-encryption key, and a carried sub-key.

const FORMAT = 1
/** AES-256-GCM, the only algorithm so far. */
const ALGORITHM = 1
/** NIST SP 800-38D recommends 96 bits; random ones are safe far beyond the 2^20 uses that we allow. */
const IV_BYTES = 12
/** The full tag. Node takes shorter ones unless it is told. */
const TAG_BYTES = 16

/** Everything that a sealed secret belongs to. A blob opens only where all of it is the same. */
export type SecretContext = {
  installId: string
  workspaceId: string
  userId: string | null
  credentialId: string
  provider: string
  /** The origin of the base URL: 'https://api.openai.com'. */
  baseUrl: string
  origin: Origin
  dekId: string
}

/** What a wrapped data key belongs to. */
export type DekContext = {
  installId: string
  workspaceId: string
  userId: string | null
  dekId: string
  kekVersion: number
}

/** A blob, taken apart: done once, so that opening it is one decryption. */
export type Sealed = { keyId: string; iv: Buffer; ciphertext: Buffer; tag: Buffer; data: Buffer }

/** The blob is damaged, cut short, or belongs to something else. Nothing of it has been read. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/** The additional data of a secret: it binds install, owner, credential, provider, address, origin and key. */
export function secretData(of: SecretContext): Buffer {
  const { installId, workspaceId, userId, credentialId, provider, baseUrl, origin, dekId } = of
  return additionalData([
    'keyway/secret/v1',
    installId,
    workspaceId,
    userId,
    credentialId,
    provider,
    baseUrl,
    origin,
    dekId,
    FORMAT,
  ])
}

/** The additional data of a wrapped data key. */
export function dekData(of: DekContext): Buffer {
  return additionalData(['keyway/dek/v1', of.installId, of.workspaceId, of.userId, of.dekId, of.kekVersion])
}

/** Seals a text under a key, with a fresh random IV. @param data additional data, needed again to open it */
export function sealText(key: KeyObject, keyId: string, data: Buffer, text: string): Buffer {
  const plain = Buffer.from(text)
  try {
    return sealBytes(key, keyId, data, plain)
  } finally {
    plain.fill(0)
  }
}

/**
 * Opens what {@link sealText} made. The text is returned only after the tag has been checked.
 * @throws SealError whatever is wrong with it
 */
export function openText(key: KeyObject, sealed: Sealed): string {
  const plain = openBytes(key, sealed)
  try {
    return plain.toString('utf8')
  } finally {
    plain.fill(0)
  }
}

/** Wraps a key under another one. @param keyId names the wrapping key */
export function wrapKey(key: KeyObject, keyId: string, data: Buffer, wrapped: KeyObject): Buffer {
  const plain = wrapped.export()
  try {
    return sealBytes(key, keyId, data, plain)
  } finally {
    plain.fill(0)
  }
}

/** Opens what {@link wrapKey} made. @throws SealError whatever is wrong with it */
export function unwrapKey(key: KeyObject, sealed: Sealed): KeyObject {
  const plain = openBytes(key, sealed)
  try {
    return createSecretKey(plain)
  } finally {
    plain.fill(0)
  }
}

/**
 * Takes a blob apart, and joins its header to the additional data, so that the header is authenticated too.
 * @throws SealError when it is none of ours
 */
export function parseSealed(blob: Uint8Array, data: Buffer): Sealed {
  // A copy: what the caller does with its bytes later must not reach an entry in a cache.
  const bytes = Buffer.from(blob)
  const idLength = bytes[2]
  if (bytes[0] !== FORMAT || bytes[1] !== ALGORITHM || idLength === undefined) {
    throw new SealError('the sealed bytes are of no known format')
  }
  const ivAt = 3 + idLength
  const textAt = ivAt + IV_BYTES
  const tagAt = bytes.length - TAG_BYTES
  if (tagAt < textAt) throw new SealError('the sealed bytes are cut short')
  return {
    keyId: bytes.toString('utf8', 3, ivAt),
    data: Buffer.concat([bytes.subarray(0, ivAt), data]),
    iv: bytes.subarray(ivAt, textAt),
    ciphertext: bytes.subarray(textAt, tagAt),
    tag: bytes.subarray(tagAt),
  }
}

function sealBytes(key: KeyObject, keyId: string, data: Buffer, plain: Buffer): Buffer {
  const id = Buffer.from(keyId)
  if (id.length > 255) throw new SealError('a key id has at most 255 bytes')
  const header = Buffer.concat([Buffer.from([FORMAT, ALGORITHM, id.length]), id])
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.concat([header, data]))
  return Buffer.concat([header, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function openBytes(key: KeyObject, sealed: Sealed): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(sealed.data)
  decipher.setAuthTag(sealed.tag)
  // update() gives plaintext before the tag is checked; it leaves this function only after final() has agreed.
  const plain = decipher.update(sealed.ciphertext)
  try {
    decipher.final()
  } catch (error) {
    plain.fill(0)
    throw new SealError('the sealed bytes are damaged, or belong to something else', { cause: error })
  }
  return plain
}
