import { base64url, fromBase64url } from '../base64url.ts'

/**
 * The secrets that values are sealed under, by id: 32 random bytes each, as base64url. The first seals, all open: to
 * rotate, put a new one in front, reseal, and take the old one away.
 * @see https://www.rfc-editor.org/rfc/rfc5116#section-5.2
 */
export type SealingKeys = readonly { id: string; secret: string }[]

/**
 * What a sealed value belongs to: it opens for nothing else.
 * @see https://www.rfc-editor.org/rfc/rfc5116#section-2.1
 */
export type Owner = { user: string; name: string }

/**
 * Seals texts with AES-256-GCM, bound to whose they are and what they are called.
 * @see https://www.rfc-editor.org/rfc/rfc5116#section-5.2
 */
export type Sealer = {
  /** 'kc1.<key id>.<12 random bytes, ciphertext and 16-byte tag as base64url>' */
  seal(text: string, owner: Owner): Promise<string>
  /** @throws SealError when it is damaged, another's, or of a key that is gone */
  open(sealed: string, owner: Owner): Promise<string>
  /** Was it sealed under a key that no longer seals? */
  isOld(sealed: string): boolean
}

/**
 * A sealed value that does not open. The message holds neither the value nor a key.
 * @see https://www.rfc-editor.org/rfc/rfc5116#section-2.2
 */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const VERSION = 'kc1'
const SECRET_BYTES = 32
/** @see https://doi.org/10.6028/NIST.SP.800-38D section 8.2.2 */
const IV_BYTES = 12
const TAG_BYTES = 16
/** Keys are a few hundred characters; this much is a mistake. */
const TEXT_CHARACTERS_MAX = 65_536

/**
 * A fresh secret for {@link SealingKeys}: 32 random bytes as base64url.
 * @see https://www.rfc-editor.org/rfc/rfc5869#section-3.3
 */
export function newSealingSecret(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))
}

/**
 * Seals and opens with AES-256-GCM (RFC 5116 section 5.2), under keys that HKDF derives (RFC 5869 section 2).
 * @param purpose what the values are for: the same secret makes unrelated keys for unrelated purposes
 * @throws TypeError for keys that are none
 */
export function createSealer(keys: SealingKeys, purpose = 'store'): Sealer {
  const secrets = new Map(keys.map(({ id, secret }) => [checkId(id), secretBytes(secret)]))
  const [primary] = secrets.keys()
  if (primary === undefined || secrets.size !== keys.length)
    throw new TypeError('keys: expected one or more, each with its own id')
  const derived = new Map<string, Promise<CryptoKey>>()
  const keyOf = (id: string): Promise<CryptoKey> | undefined => {
    const secret = secrets.get(id)
    if (secret === undefined) return undefined
    const key = derived.get(id) ?? deriveKey(secret, purpose)
    derived.set(id, key)
    return key
  }
  return {
    async seal(text, owner) {
      if (text.length > TEXT_CHARACTERS_MAX)
        throw new TypeError(`text: at most ${TEXT_CHARACTERS_MAX} characters are sealed`)
      // Half a pair of UTF-16 has no bytes of its own, and would come back as another character.
      if (/\p{Surrogate}/u.test(text)) throw new TypeError('text: expected well-formed text')
      const key = await keyOf(primary)
      if (key === undefined) throw new SealError('the sealing key is gone')
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const parameters = { name: 'AES-GCM', iv, additionalData: dataOf(owner, purpose, primary) }
      const cipher = new Uint8Array(await crypto.subtle.encrypt(parameters, key, new TextEncoder().encode(text)))
      const bytes = new Uint8Array(iv.length + cipher.length)
      bytes.set(iv)
      bytes.set(cipher, iv.length)
      return `${VERSION}.${primary}.${base64url(bytes)}`
    },
    async open(sealed, owner) {
      const [version, id = '', body = '', ...more] = sealed.split('.')
      const bytes = fromBase64url(body)
      if (version !== VERSION || more.length > 0 || bytes === undefined || bytes.length < IV_BYTES + TAG_BYTES) {
        throw new SealError('the value is no sealed one')
      }
      const key = await keyOf(id)
      if (key === undefined) throw new SealError('the value was sealed under a key that is gone')
      const additionalData = dataOf(owner, purpose, id)
      const parameters = { name: 'AES-GCM', iv: bytes.subarray(0, IV_BYTES), additionalData }
      try {
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
          await crypto.subtle.decrypt(parameters, key, bytes.subarray(IV_BYTES)),
        )
      } catch {
        // WebCrypto says no more than that it failed.
        throw new SealError('the value is damaged, or belongs to somebody or something else')
      }
    },
    isOld: (sealed) => sealed.split('.')[1] !== primary,
  }
}

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

async function deriveKey(secret: Uint8Array<ArrayBuffer>, purpose: string): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const info = new TextEncoder().encode(`keyway-connect/v1/${purpose}`)
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  return crypto.subtle.deriveKey(hkdf, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** As JSON, so that no two owners have the same. */
function dataOf({ user, name }: Owner, purpose: string, keyId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([VERSION, purpose, keyId, user, name]))
}

function checkId(id: string): string {
  if (!/^[\w-]{1,32}$/.test(id)) throw new TypeError('keys: an id has 1 to 32 letters, digits, "_" or "-"')
  return id
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64url(secret)
  if (bytes?.length !== SECRET_BYTES)
    throw new TypeError('keys: a secret is 32 random bytes as base64url; newSealingSecret() makes one')
  return bytes
}
