import { expect, test } from 'vitest'
import { decodeEntities } from './entities.ts'
import { hostOf, safeLink } from './safe-link.ts'

test.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://a.example/x',
  '/settings/account',
  '//evil.example',
  'streamdown:incomplete-link',
  '',
])('leads nowhere: %s', (href) => {
  expect(safeLink(href)).toBeUndefined()
})

test.each([
  ['https://example.com', 'https://example.com/'],
  ['HTTP://EXAMPLE.com/a b', 'http://example.com/a%20b'],
  ['mailto:a@example.com', 'mailto:a@example.com'],
])('may be followed: %s', (href, address) => {
  expect(safeLink(href)).toBe(address)
})

test('an entity does not smuggle a scheme in', () => {
  expect(safeLink(decodeEntities('java&#115;cript:alert(1)'))).toBeUndefined()
  expect(decodeEntities('a &lt;b&gt; &amp;amp; &#0; &nope;')).toBe('a <b> &amp; \ufffd &nope;')
})

test('a host is what stands in the address, whatever stands before it', () => {
  expect(hostOf('https://good.example@evil.example/x.png')).toBe('evil.example')
  expect(hostOf('mailto:a@b.example')).toBeUndefined()
})
