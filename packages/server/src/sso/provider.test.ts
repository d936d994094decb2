import { expect, test } from 'vitest'
import { signInSchema } from '../config/sign-in.ts'
import { ssoProviders } from './provider.ts'

const issuerOf = (kind: string, issuer?: string) => {
  const one = {
    id: 'x',
    kind,
    client_id: 'c',
    client_secret: { env: 'S' },
    ...(issuer === undefined ? {} : { issuer }),
  }
  return ssoProviders(signInSchema.parse({ providers: [one] }).providers, {})[0]?.issuer
}

test('Google and GitHub are where they are known to be, unless another is named', () => {
  expect(issuerOf('google')).toBe('https://accounts.google.com')
  expect(issuerOf('google', 'http://127.0.0.1:9')).toBe('http://127.0.0.1:9')
  expect(issuerOf('github')).toBe('https://github.com')
  expect(issuerOf('github', 'https://git.example.com/')).toBe('https://git.example.com')
  expect(issuerOf('oidc', 'https://accounts.example.com/')).toBe('https://accounts.example.com/')
})
