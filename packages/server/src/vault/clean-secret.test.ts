import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanSecret } from './clean-secret.ts'

test.each([
  ['nothing', ''],
  ['whitespace', ' \n\t'],
  ['empty quotes', '""'],
  ['the word Bearer alone', 'Bearer '],
  ['a space inside', 'sk-abc def'],
  ['a line break inside', 'sk-abc\nsk-def'],
  ['a header smuggled in', 'sk-abc\r\nX-Admin: 1'],
  ['a NUL', 'sk-\0abc'],
  ['an escape', 'sk-\x1b[31mabc'],
  ['an invisible character', 'sk-\u200babc'],
  ['a letter outside ASCII', 'sk-\u00e4bc'],
  ['more than 8 KiB', 'k'.repeat(8193)],
])('refuses %s', (_, text) => {
  expect(() => cleanSecret(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test('a refusal says where and never what', () => {
  expect(() => cleanSecret('sk-live-hunter2 x', 'OPENAI_API_KEY')).toThrow(
    /^OPENAI_API_KEY holds a space .* position 16/,
  )
  expect(() => cleanSecret('sk-live-hunter2 x')).not.toThrow(/hunter2/)
})

test.each([
  'sk-abc',
  ' sk-abc\n',
  '"sk-abc"',
  "'sk-abc'\r\n",
  '`sk-abc`',
  '\u201csk-abc\u201d',
  'Bearer sk-abc',
  ' "bearer  sk-abc" ',
  '\'"Bearer sk-abc"\'',
  '\ufeffsk-abc',
])('%j is sk-abc', (text) => {
  expect(cleanSecret(text)).toBe('sk-abc')
})

test('whatever is wrapped around any key comes off, and cleaning a clean key changes nothing', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9][!-~]{0,60}[A-Za-z0-9]$/).filter((text) => !/^bearer$/i.test(text))
  const around = fc.constantFrom<(text: string) => string>(
    (text) => ` ${text}\t`,
    (text) => `"${text}"`,
    (text) => `'${text}'`,
    (text) => `Bearer ${text}`,
    (text) => `\n${text}\r\n`,
  )
  fc.assert(
    fc.property(key, fc.array(around, { maxLength: 5 }), (secret, layers) => {
      const wrapped = layers.reduce((text, wrap) => wrap(text), secret)
      expect(cleanSecret(wrapped)).toBe(secret)
      expect(cleanSecret(cleanSecret(wrapped))).toBe(secret)
    }),
  )
})
