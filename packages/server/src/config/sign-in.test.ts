import { expect, test } from 'vitest'
import { signInSchema } from './sign-in.ts'

const COMPANY = {
  id: 'company',
  kind: 'oidc',
  issuer: 'https://accounts.example.com/',
  client_id: 'c',
  client_secret: { env: 'COMPANY_SECRET' },
}

test.each([
  ['no issuer', { issuer: undefined }],
  ['an issuer in the clear', { issuer: 'http://accounts.example.com' }],
  ['an issuer with a query', { issuer: 'https://accounts.example.com?x=1' }],
  ['an issuer with a user', { issuer: 'https://me@accounts.example.com' }],
  ['an issuer for google', { kind: 'google' }],
  ['a secret in the file', { client_secret: 'GOCSPX-canary' }],
  ['an id that is no path', { id: 'a/b' }],
  ['a domain with an @', { allowed_domains: ['@example.com'] }],
  ['a domain with a star', { allowed_domains: ['*.example.com'] }],
  ['the owner\u2019s role', { role: 'owner' }],
  ['a name that it does not know', { domains: [] }],
])('a provider with %s is refused, without repeating a secret', (_kind, fields) => {
  const parsed = signInSchema.safeParse({ providers: [{ ...COMPANY, ...fields }] })
  expect(parsed.success).toBe(false)
  expect(JSON.stringify(parsed.error?.issues)).not.toContain('canary')
})

test('two providers of one id are refused', () => {
  expect(signInSchema.safeParse({ providers: [COMPANY, COMPANY] }).success).toBe(false)
})

test('an issuer stays byte for byte, and on this machine it may be http', () => {
  const { providers } = signInSchema.parse({
    providers: [COMPANY, { ...COMPANY, id: 'b', issuer: 'http://127.0.0.1:9' }],
  })
  expect(providers.map(({ issuer }) => issuer)).toEqual(['https://accounts.example.com/', 'http://127.0.0.1:9'])
  expect(providers[0]).toMatchObject({ role: 'member', allowed_domains: [], allow_private: false })
})

test('there is none unless the operator says so, and passwords are enough', () => {
  expect(signInSchema.parse(undefined)).toEqual({ require_second_factor: 'nobody', providers: [] })
})
