import { describe, expect, test } from 'vitest'
import { athOf, softwareProver } from '../testing/software-prover.ts'
import { checkProof, type ProvedRequest } from './proof.ts'

const NOW = 1_700_000_000_000
const KEY = 'kwy_k1_some'
const prover = softwareProver()
const CLAIMS = { htm: 'GET', htu: 'https://keyway.example/api/v1/key', iat: NOW / 1_000, ath: athOf(KEY) }
const OF: ProvedRequest = {
  method: 'GET',
  target: '/api/v1/key',
  publicUrl: 'https://keyway.example',
  now: NOW,
  key: KEY,
}
const check = (claims: Record<string, unknown> = {}, of: Partial<ProvedRequest> = {}) =>
  checkProof(prover.prove({ ...CLAIMS, ...claims }), { ...OF, ...of })

describe('a proof is not of a request', () => {
  test.each<[string, Record<string, unknown>, Partial<ProvedRequest>?]>([
    ['of another method', { htm: 'POST' }],
    ['of the same method in small letters', { htm: 'get' }],
    ['of GET where HEAD is sent', {}, { method: 'HEAD' }],
    ['at another path', { htu: 'https://keyway.example/api/v1/keys' }],
    ['at the other prefix', {}, { target: '/v1/key' }],
    ['at a path with a slash more', {}, { target: '/api/v1/key/' }],
    ['at a path with a slash less', { htu: `${CLAIMS.htu}/` }],
    ['at a path of other capitals', { htu: 'https://keyway.example/API/v1/key' }],
    ['at an escaped path', {}, { target: '/api/v1/ke%79' }],
    ['at a path that leads there in the end', {}, { target: '/api/v1/keys/../key' }],
    ['at a path that leads there in escapes', {}, { target: '/api/v1/keys/%2e%2e/key' }],
    ['at a path with a backslash', {}, { target: '/api/v1\\key' }],
    ['at a path with a fragment', {}, { target: '/api/v1/key#x' }],
    ['at another host', { htu: 'https://other.example/api/v1/key' }],
    ['at a host with a dot more', { htu: 'https://keyway.example./api/v1/key' }],
    ['at another port', { htu: 'https://keyway.example:8443/api/v1/key' }],
    ['by http', { htu: 'http://keyway.example/api/v1/key' }],
    ['with a user name', { htu: 'https://me@keyway.example/api/v1/key' }],
    ['with a query', { htu: `${CLAIMS.htu}?x=1` }, { target: '/api/v1/key?x=1' }],
    ['with an empty query', { htu: `${CLAIMS.htu}?` }],
    ['with a fragment', { htu: `${CLAIMS.htu}#` }],
    ['with spaces', { htu: ` ${CLAIMS.htu}` }],
    ['with a line break', { htu: 'https://keyway.example/api/v1/\nkey' }],
    ['with backslashes', { htu: 'https:\\\\keyway.example\\api\\v1\\key' }],
    ['by a path alone', { htu: '/api/v1/key' }],
    ['made too long ago', { iat: NOW / 1_000 - 60.001 }],
    ['made too far ahead', { iat: NOW / 1_000 + 60.001 }],
    ['made in milliseconds', { iat: NOW }],
    ['made at no time', { iat: -1e308 }],
    ['over by its own word', { exp: NOW / 1_000 }],
    ['not yet good by its own word', { nbf: NOW / 1_000 + 61 }],
    ['for another key', { ath: athOf('kwy_k1_other') }],
    ['for the key in hexadecimal', { ath: Buffer.from(athOf(KEY), 'base64url').toString('hex') }],
    ['for no key', { ath: undefined }],
  ])('%s', (_what, claims, of) => {
    expect(() => check(claims, of)).toThrow(expect.objectContaining({ code: 'proof_invalid' }))
  })
})

describe('a proof is of a request', () => {
  test.each<[string, Record<string, unknown>, Partial<ProvedRequest>?]>([
    ['as it is made', {}],
    ['with a query, which it does not name', {}, { target: '/api/v1/key?x=1' }],
    ['by the same address in capitals and with its port', { htu: 'HTTPS://Keyway.Example:443/api/v1/key' }],
    ['a minute ago', { iat: NOW / 1_000 - 60 }],
    ['in a minute', { iat: NOW / 1_000 + 60 }],
    ['where a key is only being fetched', { ath: undefined }, { key: null }],
  ])('%s', (_what, claims, of) => {
    expect(check({ jti: 'one', ...claims }, of)).toMatchObject({ thumbprint: prover.thumbprint, id: 'one' })
  })

  test('and would be so for a minute from its own time', () => {
    expect(check({ iat: NOW / 1_000 + 30 }).until).toBe(NOW + 90_000)
  })
})
