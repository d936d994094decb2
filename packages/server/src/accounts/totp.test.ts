import { describe, expect, it } from 'vitest'
import { matchTotp, newTotpSecret, toBase32, totpAddress, totpCode, totpStepAt } from './totp.ts'

// RFC 6238 appendix B and RFC 4226 appendix D: the secret is the ASCII text '12345678901234567890'.
const SECRET = toBase32(Buffer.from('12345678901234567890'))
const STEP = 30_000

describe('a code', () => {
  it.each([
    ['letters', 'abcdef'],
    ['too short', '12345'],
    ['too long', '1234567'],
    ['digits of another script', '\u0661\u0662\u0663\u0664\u0665\u0666'],
    ['nothing', ''],
    ['a line end after it', '287082\n'],
  ])('is refused when it is no six digits: %s', (_kind, code) => {
    expect(matchTotp(SECRET, code, { now: 59_000, after: null })).toBeUndefined()
  })

  it('is refused two steps early or late, and taken one step early or late', () => {
    const now = 1_111_111_109_000
    const at = (step: number) => matchTotp(SECRET, totpCode(SECRET, step), { now, after: null })
    const present = totpStepAt(now)
    expect([-2, -1, 0, 1, 2].map((away) => at(present + away))).toEqual([
      undefined,
      present - 1,
      present,
      present + 1,
      undefined,
    ])
  })

  it('is refused when its step, or a later one, was used', () => {
    const now = 10 * STEP
    const code = totpCode(SECRET, 10)
    expect(matchTotp(SECRET, code, { now, after: 9 })).toBe(10)
    expect(matchTotp(SECRET, code, { now, after: 10 })).toBeUndefined()
    expect(matchTotp(SECRET, code, { now, after: 11 })).toBeUndefined()
  })

  it('is of one secret', () => {
    expect(matchTotp(newTotpSecret(), totpCode(SECRET, 10), { now: 10 * STEP, after: 20 })).toBeUndefined()
  })

  // The RFC prints eight digits; six are the last six of them.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('is the one of RFC 6238 at second %d', (seconds, printed) => {
    expect(totpCode(SECRET, totpStepAt(seconds * 1000))).toBe(printed.slice(2))
  })

  it('is the one of RFC 4226 for the counters 0 to 9', () => {
    const printed = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'
    expect(Array.from({ length: 10 }, (_, counter) => totpCode(SECRET, counter)).join(' ')).toBe(printed)
  })
})

describe('a secret', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('is written in the base32 of RFC 4648: %j', (text, printed) => {
    expect(toBase32(Buffer.from(text))).toBe(printed)
  })

  it('has 160 bits, and is another one each time', () => {
    const made = Array.from({ length: 100 }, newTotpSecret)
    expect(new Set(made).size).toBe(100)
    for (const one of made) expect(one).toMatch(/^[A-Z2-7]{32}$/)
  })

  it('stands in an address whose label cannot break out', () => {
    const address = totpAddress({ secret: SECRET, account: 'ada&secret=X?#@example.com', issuer: 'Keyway (a/b)' })
    const url = new URL(address)
    expect(url.searchParams.getAll('secret')).toEqual([SECRET])
    expect(url.searchParams.get('issuer')).toBe('Keyway (a/b)')
    expect(decodeURIComponent(url.pathname)).toContain('ada&secret=X?#@example.com')
  })
})
