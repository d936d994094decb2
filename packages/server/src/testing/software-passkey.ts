import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type {
  PasskeyAuthentication,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from '@keyway/contract'

// An authenticator with a browser around it, in software: ES256, attestation "none". For tests.
// Written from https://www.w3.org/TR/webauthn-3/ (sections 5.8.1, 6.1, 6.5) and RFC 9052 and 8949.

/** What a test may have the browser or the authenticator do wrong. */
export type Misdeed = {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  /** Flags of the authenticator data; 0x01 user present, 0x04 user verified. */
  flags?: number
  counter?: number
  userHandle?: string
}

const PRESENT_AND_VERIFIED = 0x05
const ATTESTED = 0x40

export type SoftwarePasskey = {
  id: string
  create(options: PasskeyCreationOptions, misdeed?: Misdeed): PasskeyRegistration
  get(options: PasskeyRequestOptions, misdeed?: Misdeed): PasskeyAuthentication
}

/** A new authenticator. @param origin of the page that the browser shows */
export function softwarePasskey(origin: string): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  const name = id.toString('base64url')
  let counter = 0
  let userHandle: string | undefined

  function clientData(type: string, challenge: string, misdeed: Misdeed): Buffer {
    const data = {
      type: misdeed.type ?? type,
      challenge: misdeed.challenge ?? challenge,
      origin: misdeed.origin ?? origin,
    }
    return Buffer.from(JSON.stringify({ ...data, crossOrigin: false }))
  }

  function authenticatorData(rpId: string, flags: number, misdeed: Misdeed): Buffer {
    counter = misdeed.counter ?? counter + 1
    const head = Buffer.alloc(37)
    createHash('sha256')
      .update(misdeed.rpId ?? rpId)
      .digest()
      .copy(head)
    head.writeUInt8(misdeed.flags === undefined ? flags : (flags & ATTESTED) | misdeed.flags, 32)
    head.writeUInt32BE(counter, 33)
    return head
  }

  return {
    id: name,
    create(options, misdeed = {}) {
      userHandle = options.user.id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const head = authenticatorData(options.rp.id ?? '', PRESENT_AND_VERIFIED | ATTESTED, misdeed)
      const authData = Buffer.concat([head, Buffer.alloc(16), length, id, coseKey(publicKey)])
      const attestation = map([
        [text('fmt'), text('none')],
        [text('attStmt'), map([])],
        [text('authData'), bytes(authData)],
      ])
      return {
        id: name,
        rawId: name,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, misdeed).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    get(options, misdeed = {}) {
      const data = clientData('webauthn.get', options.challenge, misdeed)
      const authData = authenticatorData(options.rpId ?? '', PRESENT_AND_VERIFIED, misdeed)
      const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()])
      return {
        id: name,
        rawId: name,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: createSign('sha256').update(signed).sign(privateKey).toString('base64url'),
          userHandle: misdeed.userHandle ?? userHandle ?? null,
        },
      }
    },
  }
}

/** EC2, ES256, P-256, x and y. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return map([
    [integer(1), integer(2)],
    [integer(3), integer(-7)],
    [integer(-1), integer(1)],
    [integer(-2), bytes(Buffer.from(x, 'base64url'))],
    [integer(-3), bytes(Buffer.from(y, 'base64url'))],
  ])
}

// CBOR, as far as it is needed.

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}

function integer(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value)
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([head(2, value.length), value])
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, value.length), Buffer.from(value)])
}

function map(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flat()])
}
