import { createHash, createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'

/** What proofs may be signed with. Each goes with one kind of key, so that none can be taken for another. */
export const PROOF_ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA'] as const

/** A proof is under 1 KB with every claim that there is. */
const PROOF_CHARACTERS_MAX = 8 * 1024
const ADDRESS_CHARACTERS_MAX = 2_048
const ID_CHARACTERS_MAX = 256
/** What only the holder of a key may have of it, by any kind of key. */
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const coordinate = z.string().refine((text) => text.length === 43 && isBase64url(text), {
  error: 'expected 32 bytes in base64url without padding',
})
const head = z.looseObject({
  typ: z.literal('dpop+jwt', { error: 'expected dpop+jwt' }),
  alg: z.enum(PROOF_ALGORITHMS, { error: `expected one of ${PROOF_ALGORITHMS.join(', ')}` }),
  // What it names must be understood, and nothing of the kind is.
  crit: z.undefined({ error: 'expected none' }).optional(),
  jwk: z.discriminatedUnion(
    'kty',
    [
      z.looseObject({
        kty: z.literal('EC'),
        crv: z.literal('P-256', { error: 'expected P-256' }),
        x: coordinate,
        y: coordinate,
      }),
      z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519', { error: 'expected Ed25519' }), x: coordinate }),
    ],
    { error: 'expected a public key of the kind EC or OKP' },
  ),
})
const seconds = z.number({ error: 'expected seconds since 1970' })
const claims = z.looseObject({
  jti: text(ID_CHARACTERS_MAX),
  htm: text(20),
  htu: text(ADDRESS_CHARACTERS_MAX),
  iat: seconds,
  ath: text(64).optional(),
  exp: seconds.optional(),
  nbf: seconds.optional(),
})

/** What a proof says, by the key that signed it. Whether it is true of a request is another question. */
export type Proof = {
  /** The key's, in base64url. @see https://www.rfc-editor.org/rfc/rfc7638 */
  thumbprint: string
  claims: z.output<typeof claims>
}

/**
 * Reads a proof, and checks that the key in it signed it.
 * @param text the value of the one DPoP header
 * @throws KeywayError `proof_invalid`, naming the part
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3
 */
export function readProof(text: string): Proof {
  if (text.length > PROOF_CHARACTERS_MAX) throw badProof(`is longer than ${PROOF_CHARACTERS_MAX} characters`)
  const [first = '', second = '', third = '', ...more] = text.split('.')
  if (more.length > 0 || ![first, second, third].every((part) => part !== '' && isBase64url(part))) {
    throw badProof('is not three parts of base64url without padding')
  }
  const { alg, jwk } = readPart('header', first, head)
  const held = PRIVATE_PARTS.find((name) => name in jwk)
  if (held !== undefined) throw badProof('holds a private key, which must never be sent: make another')
  if ((alg === 'ES256') !== (jwk.kty === 'EC')) throw badProof('is signed otherwise than its key is made for')
  const said = readPart('claims', second, claims)
  if (!isSigned({ alg, jwk }, `${first}.${second}`, Buffer.from(third, 'base64url'))) {
    throw badProof('is not signed by the key in it')
  }
  return { thumbprint: thumbprintOf(jwk), claims: said }
}

/** Whether a text is what a thumbprint looks like: SHA-256 in base64url. */
export function isThumbprint(text: string): boolean {
  return coordinate.safeParse(text).success
}

/** A refusal of a proof. @param what is wrong with it, after "The DPoP proof" */
export function badProof(what: string, cause?: unknown): KeywayError {
  return new KeywayError('proof_invalid', `The DPoP proof ${what}.`, cause === undefined ? {} : { cause })
}

type PublicKey = z.output<typeof head>['jwk']

/** The members that make the key, and no others, in the order that the thumbprint asks for. */
function bare(jwk: PublicKey): Record<string, string> {
  const { crv, kty, x } = jwk
  return jwk.kty === 'EC' ? { crv, kty, x, y: jwk.y } : { crv, kty, x }
}

function thumbprintOf(jwk: PublicKey): string {
  return createHash('sha256')
    .update(JSON.stringify(bare(jwk)))
    .digest('base64url')
}

function isSigned({ alg, jwk }: { alg: string; jwk: PublicKey }, signed: string, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: bare(jwk), format: 'jwk' })
    const bytes = Buffer.from(signed)
    return alg === 'ES256'
      ? verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
      : verify(null, bytes, key, signature)
  } catch (cause) {
    // A point that is not on the curve.
    throw badProof('holds a key that is none', cause)
  }
}

function readPart<T extends z.ZodType>(part: string, encoded: string, schema: T): z.output<T> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64url')))
  } catch (cause) {
    throw badProof(`has no JSON as its ${part}`, cause)
  }
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw badProof(`has a wrong "${issue?.path.join('.') || part}": ${issue?.message ?? 'it is not valid'}`)
}

/** One spelling of the bytes alone: padding, other letters and stray last bits would each be another. */
function isBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text
}

function text(most: number) {
  const error = `expected text of 1 to ${most} characters`
  return z.string({ error }).min(1, { error }).max(most, { error })
}
