import { expect, test } from 'vitest'
import { composeMail } from './compose-mail.ts'
import { LETTER_LANGUAGES, writeLetter } from './letters.ts'

const FROM = { name: 'Keyway', address: 'keyway@example.com' }
const AT = Date.UTC(2026, 10, 29, 12)

test('a subject or a name begins no header of its own, whatever it holds', () => {
  const text = composeMail(
    { to: 'ada@example.com', subject: 'Hi\r\nBcc: eve@example.com', text: 'x' },
    { from: { ...FROM, name: 'K\r\nBcc: eve@example.com' }, at: AT },
  )
  expect(text).not.toMatch(/^Bcc/im)
})

test('long and foreign texts fit into lines, and read the same again', () => {
  const subject = '\u{1f511} '.repeat(60)
  const mail = composeMail(
    { to: 'ada@example.com', subject, text: `${'\u00fc'.repeat(500)}\n` },
    { from: FROM, at: AT },
  )
  for (const line of mail.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
  const encoded = [.../=\?utf-8\?B\?([^?]*)\?=/g[Symbol.matchAll](mail.split('Date:')[0] ?? '')].map(
    ([, one]) => one ?? '',
  )
  expect(encoded.map((one) => Buffer.from(one, 'base64').toString()).join('')).toBe(`Keyway${subject}`)
  const [head = '', body = ''] = mail.split('\r\n\r\n')
  expect(head).toContain('Date: Sun, 29 Nov 2026 12:00:00 +0000')
  expect(Buffer.from(body, 'base64').toString()).toBe(`${'\u00fc'.repeat(500)}\r\n`)
})

test.each(LETTER_LANGUAGES)(
  'every letter in %s has its link on a line of its own and says how long it is good',
  (language) => {
    const link = 'https://keyway.example/x#token'
    for (const kind of ['address', 'password', 'invitation'] as const) {
      const occasion = kind === 'invitation' ? ({ kind, name: 'Ada', by: 'Grace' } as const) : { kind }
      const minutes = kind === 'invitation' ? 3 * 24 * 60 : 30
      const terms = { to: 'ada@example.com', link, place: 'https://keyway.example', minutes, language }
      const { text, subject } = writeLetter(occasion, terms)
      expect(text.split('\n')).toContain(link)
      expect(text).toMatch(kind === 'invitation' ? /3 (days|Tage)/ : /30 (minutes|Minuten)/)
      expect(subject).not.toBe('')
    }
  },
)
