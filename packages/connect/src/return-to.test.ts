import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { safeReturnTo } from './return-to.ts'

describe('safeReturnTo', () => {
  test.each([
    undefined,
    null,
    '',
    'chat',
    'https://evil.example',
    'javascript:alert(1)',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/chat\\..\\..\\evil',
    '/..//evil.example',
    '/.//evil.example',
    '/a/../..//evil.example',
    '/%2e%2e//evil.example',
    '/\t/evil.example',
    '/\n//evil.example',
    '/ chat',
    '/ch\u00e4t',
    '/\u2028',
    `/${'x'.repeat(512)}`,
  ])('gives the fallback for %j', (path) => {
    expect(safeReturnTo(path, '/home')).toBe('/home')
  })

  test.each(['/', '/chat', '/chat?x=1&y=%2F%2Fevil#part', '/a//b', '/%5Cevil', '/@evil.example', '/:80'])(
    'keeps %j',
    (path) => {
      expect(safeReturnTo(path, '/home')).toBe(path)
    },
  )

  test('never leads to another site, whatever it is given and whoever resolves it', () => {
    const parts = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '?',
      '#',
      '%2f',
      '%5c',
      'evil.example',
      'https:',
      '\t',
      '\r\n',
      ' ',
    )
    const path = fc.array(fc.oneof(parts, fc.string({ maxLength: 3 })), { maxLength: 12 }).map((all) => all.join(''))
    fc.assert(
      fc.property(path, (text) => {
        const safe = safeReturnTo(text)
        expect(new URL(safe, 'https://app.example').origin).toBe('https://app.example')
        expect(safe).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
      }),
      { numRuns: 2_000 },
    )
  })
})
