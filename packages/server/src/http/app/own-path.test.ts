import { expect, test } from 'vitest'
import { ownPath } from './own-path.ts'

test.each([
  undefined,
  '',
  'keys',
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  '/\tevil',
  '/a\r\nSet-Cookie: x',
  '/api/app/logout',
  '/v1/models',
  '/connect/openrouter/start',
  '/sign-in/company/callback?code=x',
  `/${'x'.repeat(300)}`,
])('leads to the first page instead of %j', (path) => {
  expect(ownPath(path)).toBe('/')
})

test.each(['/', '/keys?create=true', '/c/abc?message=m1', '/settings/account', '/connections', '/apis'])(
  'leads to %s',
  (path) => {
    expect(ownPath(path)).toBe(path)
  },
)
