import { describe, expect, it } from 'vitest'
import { claimsOf, type Said } from './claims.ts'
import type { SsoProvider } from './provider.ts'

const provider = (fields: Partial<SsoProvider> = {}): SsoProvider => ({
  id: 'p',
  kind: 'oidc',
  name: 'P',
  issuer: 'https://p.example',
  clientId: 'c',
  clientSecret: async () => 's',
  domains: ['example.com', 'gmail.com'],
  role: 'member',
  addresses: 'public',
  ...fields,
})
const said = (fields: Partial<Said>): Said => ({
  subject: 'sub',
  email: 'ada@example.com',
  emailVerified: true,
  name: 'Ada',
  ...fields,
})

describe('what is believed of a provider', () => {
  it.each([undefined, null, '', 42, {}, 'x'.repeat(256)])('nothing without a subject: %j', (subject) => {
    expect(claimsOf(provider(), said({ subject }))).toBeUndefined()
  })

  it.each([undefined, false, 'true', 1, {}])('no address that it did not verify: %j', (emailVerified) => {
    expect(claimsOf(provider(), said({ emailVerified }))).toMatchObject({ email: null, trusted: null })
  })

  it.each([
    42,
    'ada',
    '@example.com',
    'ada@',
    'ada@example',
    'a b@example.com',
    'ada@evil.example@example.com',
    'ada@example.com\n',
    `${'a'.repeat(250)}@example.com`,
  ])('no address that is none, and none that could be read in two ways: %j', (email) => {
    const claims = claimsOf(provider(), said({ email }))
    // A line end goes with the white space around it.
    expect(claims?.email).toBe(email === 'ada@example.com\n' ? 'ada@example.com' : null)
  })

  it.each(['sub.example.com', 'example.com.evil.example', 'notexample.com'])(
    'no domain but the allowed ones: %s',
    (domain) => {
      expect(claimsOf(provider(), said({ email: `ada@${domain}` }))?.trusted).toBeNull()
    },
  )

  it('of Google\u2019s accounts, those of the organisation itself and its own addresses', () => {
    const google = provider({ kind: 'google', role: 'admin' })
    expect(claimsOf(google, said({}))?.trusted).toBeNull()
    expect(claimsOf(google, said({ hostedDomain: 'other.example' }))?.trusted).toBeNull()
    expect(claimsOf(google, said({ hostedDomain: 'example.com' }))?.trusted).toEqual({ role: 'admin' })
    expect(claimsOf(google, said({ email: 'ada@gmail.com' }))?.trusted).toEqual({ role: 'admin' })
    expect(claimsOf(provider(), said({}))?.trusted).toEqual({ role: 'member' })
  })

  it('a name without control characters, or the part before the address\u2019s @', () => {
    expect(claimsOf(provider(), said({ name: 'A\u0000d\u202ea' }))?.name).toBe('A d a')
    expect(claimsOf(provider(), said({ name: ' ' }))?.name).toBe('ada')
    expect(claimsOf(provider(), said({ name: 7, emailVerified: false }))?.name).toBe('P')
    expect(claimsOf(provider(), said({ name: 'x'.repeat(500) }))?.name).toHaveLength(100)
  })
})
