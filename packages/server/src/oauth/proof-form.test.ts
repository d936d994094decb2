import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import { softwareProver } from '../testing/software-prover.ts'
import { isThumbprint, readProof } from './proof-form.ts'

const prover = softwareProver()
const CLAIMS = { htm: 'POST', htu: 'https://keyway.example/oauth/token', iat: 1_700_000_000 }

/** What the refusal says. */
function refusal(proof: string): string {
  try {
    readProof(proof)
  } catch (error) {
    if (error instanceof KeywayError && error.code === 'proof_invalid') return error.message
    throw error
  }
  throw new Error('the proof was taken')
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a proof', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ed = softwareProver('Ed25519')
  const withRsa = (text: string) => createSign('sha256').update(text).sign(rsa.privateKey)
  /** A MAC for which the public key, which everybody knows, is the secret. */
  const withMac = (text: string) => createHmac('sha256', JSON.stringify(prover.jwk)).update(text).digest()

  test.each<[string, string, string]>([
    ['an empty text', '', 'three parts'],
    ['a text that is none', 'x', 'three parts'],
    ['two parts', 'e30.e30', 'three parts'],
    ['four parts', `${prover.prove(CLAIMS)}.e30`, 'three parts'],
    ['no signature', prover.prove(CLAIMS).replace(/[^.]+$/, ''), 'three parts'],
    ['padding', `${prover.prove(CLAIMS)}=`, 'three parts'],
    ['other letters', prover.prove(CLAIMS).replace('.', '.+'), 'three parts'],
    ['9 KB', `${prover.prove({ ...CLAIMS, more: 'x'.repeat(9_000) })}`, 'longer than 8192'],
    [
      'a head that is no JSON',
      `${Buffer.from('{').toString('base64url')}.${base64url(CLAIMS)}.e30`,
      'no JSON as its header',
    ],
    ['a head that is a list', `${base64url([])}.${base64url(CLAIMS)}.e30`, 'wrong "header"'],
    ['bytes that are no UTF-8', `${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.e30.e30`, 'no JSON'],
    ['another type', prover.prove(CLAIMS, { head: { typ: 'JWT' } }), '"typ"'],
    ['no type', prover.prove(CLAIMS, { head: { typ: undefined } }), '"typ"'],
    ['no algorithm', prover.prove(CLAIMS, { head: { alg: 'none' }, sign: () => Buffer.from('x') }), '"alg"'],
    ['a MAC by the public key', prover.prove(CLAIMS, { head: { alg: 'HS256' }, sign: withMac }), '"alg"'],
    ['RSA', prover.prove(CLAIMS, { head: { alg: 'RS256' }, sign: withRsa }), '"alg"'],
    ['an algorithm in capitals', prover.prove(CLAIMS, { head: { alg: 'es256' } }), '"alg"'],
    ['a critical extension', prover.prove(CLAIMS, { head: { crit: ['b64'], b64: false } }), '"crit"'],
    ['no key', prover.prove(CLAIMS, { head: { jwk: undefined } }), '"jwk"'],
    [
      'a key elsewhere',
      prover.prove(CLAIMS, { head: { jwk: undefined, kid: 'x', jku: 'https://a.example' } }),
      '"jwk"',
    ],
    ['a private key', prover.prove(CLAIMS, { head: { jwk: prover.privateJwk } }), 'private key'],
    ['a part of one', prover.prove(CLAIMS, { head: { jwk: { ...prover.jwk, d: null } } }), 'private key'],
    ['a shared secret', prover.prove(CLAIMS, { head: { jwk: { kty: 'oct', k: 'x' } } }), '"jwk'],
    ['one beside the key', prover.prove(CLAIMS, { head: { jwk: { ...prover.jwk, k: 'x' } } }), 'private key'],
    ['an RSA key', prover.prove(CLAIMS, { head: { jwk: rsa.publicKey.export({ format: 'jwk' }) } }), '"jwk'],
    ['a curve of another size', prover.prove(CLAIMS, { head: { jwk: { ...prover.jwk, crv: 'P-384' } } }), '"jwk.crv"'],
    ['a key of another kind', prover.prove(CLAIMS, { head: { alg: 'EdDSA' } }), 'signed otherwise'],
    ['the other way round', ed.prove(CLAIMS, { head: { alg: 'ES256' } }), 'signed otherwise'],
    ['a huge key', prover.prove(CLAIMS, { head: { jwk: { ...prover.jwk, x: 'A'.repeat(5_000) } } }), '"jwk.x"'],
    [
      'a point beside the curve',
      prover.prove(CLAIMS, { head: { jwk: { ...prover.jwk, y: prover.jwk.x } } }),
      'is none',
    ],
    [
      'a point at nothing',
      prover.prove(CLAIMS, { head: { jwk: { ...prover.jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) } } }),
      'is none',
    ],
    // The same 32 bytes with a stray last bit: a second thumbprint for one key.
    ['another spelling of a key', prover.prove(CLAIMS, { head: { jwk: respelled(prover.jwk) } }), '"jwk.x"'],
    ['no id', prover.prove({ ...CLAIMS, jti: undefined }), '"jti"'],
    ['an empty id', prover.prove({ ...CLAIMS, jti: '' }), '"jti"'],
    ['an id of 257 characters', prover.prove({ ...CLAIMS, jti: 'x'.repeat(257) }), '"jti"'],
    ['an id that is a number', prover.prove({ ...CLAIMS, jti: 7 }), '"jti"'],
    ['no method', prover.prove({ ...CLAIMS, htm: undefined }), '"htm"'],
    ['no address', prover.prove({ ...CLAIMS, htu: undefined }), '"htu"'],
    ['an address of 2,049 characters', prover.prove({ ...CLAIMS, htu: 'x'.repeat(2_049) }), '"htu"'],
    ['no time', prover.prove({ ...CLAIMS, iat: undefined }), '"iat"'],
    ['a time as text', prover.prove({ ...CLAIMS, iat: '1700000000' }), '"iat"'],
    ['a time that is none', prover.prove({ ...CLAIMS, iat: null }), '"iat"'],
    ['a hash that is a list', prover.prove({ ...CLAIMS, ath: ['x'] }), '"ath"'],
    ['a signature of nothing', prover.prove(CLAIMS, { sign: () => Buffer.alloc(64) }), 'not signed'],
    ['a longer signature', prover.prove(CLAIMS, { sign: () => Buffer.alloc(72) }), 'not signed'],
    ['the signature of another key', prover.prove(CLAIMS, { head: { jwk: softwareProver().jwk } }), 'not signed'],
  ])('is refused with %s', (_what, proof, said) => {
    expect(refusal(proof)).toContain(said)
  })

  test.each(['ES256', 'Ed25519', 'EdDSA'] as const)('is taken when it is signed with %s', (alg) => {
    const own = softwareProver(alg)
    const { thumbprint, claims } = readProof(own.prove(CLAIMS))
    expect(thumbprint).toBe(own.thumbprint)
    expect(claims).toMatchObject(CLAIMS)
    // What else is said of a public key is not part of it.
    expect(readProof(own.prove(CLAIMS, { head: { jwk: { ...own.jwk, kid: 'x', use: 'sig' } } })).thumbprint).toBe(
      own.thumbprint,
    )
  })

  test('is read as the standard\u2019s own example is', () => {
    const jwk = {
      kty: 'EC',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
      crv: 'P-256',
    }
    const said = {
      jti: '-BwC3ESc6acc2lTc',
      htm: 'POST',
      htu: 'https://server.example.com/token',
      iat: 1_562_262_616,
    }
    const signature = '2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg'
    const proof = `${base64url({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${base64url(said)}.${signature}`
    expect(readProof(proof)).toEqual({ thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I', claims: said })
  })
})

test('no change of a proof, wherever in it, leaves it good for another key or other claims', () => {
  const proof = prover.prove({ ...CLAIMS, jti: 'one' })
  const before = readProof(proof)
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ "\u00e4\u0000'
  const change = fc.record({
    at: fc.nat(proof.length - 1),
    cut: fc.nat(3),
    put: fc.string({ unit: fc.constantFrom(...letters), maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = changes.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), proof)
      fc.pre(changed !== proof)
      expect(refusal(changed)).toMatch(/^The DPoP proof /)
    }),
    { numRuns: 300 },
  )
  expect(readProof(proof)).toEqual(before)
})

test('whatever comes is refused as a proof, and never as a failure of ours', () => {
  const part = fc.oneof(
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.base64String(),
    fc.string(),
  )
  const member = fc.oneof(
    fc.string(),
    fc.double(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.string()),
  )
  const signed = fc
    .record({
      claims: fc.dictionary(fc.constantFrom('jti', 'htm', 'htu', 'iat', 'ath', '__proto__'), member),
      jwk: member,
    })
    .map(({ claims, jwk }) => prover.prove({ jti: undefined, ...claims }, { head: { jwk } }))
  const any = fc.oneof(
    fc.string(),
    fc.tuple(part, part, part).map((parts) => parts.join('.')),
    signed,
  )
  fc.assert(
    fc.property(any, (text) => {
      expect(refusal(text)).toMatch(/^The DPoP proof /)
    }),
    { numRuns: 300 },
  )
})

test('a thumbprint is 32 bytes in one spelling', () => {
  expect(isThumbprint(prover.thumbprint)).toBe(true)
  for (const text of ['', 'x', `${prover.thumbprint}=`, `${prover.thumbprint}A`, prover.thumbprint.replace(/.$/, '+')])
    expect(isThumbprint(text)).toBe(false)
})

/** The last letter with a bit that says nothing. */
function respelled(jwk: { x?: string }): object {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const { x = '' } = jwk
  return { ...jwk, x: x.slice(0, -1) + letters[letters.indexOf(x.slice(-1)) + 1] }
}
