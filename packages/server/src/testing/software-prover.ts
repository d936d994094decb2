import { createHash, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto'

/** An app's own key, with which it makes DPoP proofs; also such as no honest app would make. For tests. */
export type Prover = {
  /** The public key as it stands in proofs. */
  jwk: JsonWebKey
  thumbprint: string
  privateJwk: JsonWebKey
  /** A proof. What is named in `of` takes the place of what is right; undefined leaves it out. */
  prove(
    claims: Record<string, unknown>,
    of?: { head?: Record<string, unknown>; sign?: (text: string) => Buffer },
  ): string
}

/** Makes a key and what signs with it. */
export function softwareProver(alg: 'ES256' | 'Ed25519' | 'EdDSA' = 'ES256'): Prover {
  const { privateKey, publicKey } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const jwk = publicKey.export({ format: 'jwk' })
  const { crv, kty, x, y } = jwk
  const members = alg === 'ES256' ? { crv, kty, x, y } : { crv, kty, x }
  const signed = (text: string) =>
    alg === 'ES256'
      ? sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      : sign(null, Buffer.from(text), privateKey)
  return {
    jwk,
    thumbprint: createHash('sha256').update(JSON.stringify(members)).digest('base64url'),
    privateJwk: privateKey.export({ format: 'jwk' }),
    prove(claims, of = {}) {
      const head = encoded({ typ: 'dpop+jwt', alg, jwk, ...of.head })
      const text = `${head}.${encoded({ jti: randomUUID(), ...claims })}`
      return `${text}.${(of.sign ?? signed)(text).toString('base64url')}`
    },
  }
}

/** The `ath` of a key. */
export function athOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
