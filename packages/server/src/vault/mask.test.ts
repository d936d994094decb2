import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskSecret } from './mask.ts'

test.each([
  ['', '\u2026'],
  ['hunter2', '\u2026'],
  ['12345678', '\u2026'],
  ['my-short-key-42', '\u202642'],
  ['sk-abcdefghijklmnopqrs', '\u2026pqrs'],
  [`sk-ant-api03-${'x'.repeat(80)}wXyZ`, 'sk-ant-api03-\u2026wXyZ'],
  [`sk-or-v1-${'0'.repeat(60)}beef`, 'sk-or-v1-\u2026beef'],
  [`sk-proj-${'A'.repeat(120)}Zz09`, 'sk-proj-\u2026Zz09'],
  [`gsk_${'Q'.repeat(48)}abcd`, 'gsk_\u2026abcd'],
  [`${'A'.repeat(35)}tail`, '\u2026tail'],
])('%j is shown as %j', (secret, mask) => {
  expect(maskSecret(secret)).toBe(mask)
})

test('at most four last characters show, and of any secret at least a third stays hidden', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{1,200}$/), (secret) => {
      const [head = '', tail = ''] = maskSecret(secret).split('\u2026')
      expect(tail.length).toBeLessThanOrEqual(4)
      expect(head.length).toBeLessThanOrEqual(14)
      expect(secret.length - head.length - tail.length).toBeGreaterThanOrEqual(Math.ceil(secret.length / 3))
    }),
    { examples: [['sk-aaaaa-bbbbb-cdefghijklmnopqrs']] },
  )
})
